import type { Finding } from '../model.ts';
import { exact, printable } from '../printable.ts';
import type { RenderOptions } from './contract.ts';
import { html, type Html } from './html-text.ts';
import { placesOf } from './places.ts';
import { isNamed } from './text-findings.ts';

/**
 * A finding, with what differs between recorded and observed marked.
 *
 * @param status that of its package, by which it is filtered
 * @param anchor the id of its package on the page
 */
export function findingArticle(
  finding: Finding,
  status: string,
  anchor: string | undefined,
  options: RenderOptions,
): Html {
  const { level, rule, message, help, file, recorded, observed } = finding;
  const places = placesOf(finding, options).map(({ path, line }) => `line ${line} of \`${printable(path)}\``);
  const meaning = options.rules.find(({ id }) => id === rule)?.summary ?? '';
  const name = exact(finding.package);
  return html`<article class="of-${level}" data-status="${status}">
    <h3>
      <span class="badge ${level}">${level}</span>
      ${anchor === undefined ? name : html`<a href="#${anchor}">${name}</a>`}
      <span class="soft" title="${meaning}">${rule}</span>
    </h3>
    <p>${prose(message)}</p>
    <dl>
      ${row('recorded', recorded === undefined ? undefined : identity(recorded, observed))}
      ${row('observed', observed === undefined ? undefined : identity(observed, recorded))}
      ${row('file', file === undefined || isNamed(finding) ? undefined : html`<code>${exact(file)}</code>`)}
      ${row('at', places.length === 0 ? undefined : prose(places.join(', ')), 'text')}
      ${row('do', prose(help), 'text')}
    </dl>
  </article> `;
}

function row(label: string, value: Html | undefined, kind = ''): Html {
  return value === undefined
    ? html``
    : html`<dt>${label}</dt>
        <dd class="${kind}">${value}</dd>`;
}

/** What stands in backticks as code. */
export function prose(text: string): Html {
  const parts = printable(text)
    .split(/`([^`]*)`/)
    .map((part, i) => (i % 2 === 1 ? html`<code>${part}</code>` : html`${part}`));
  return html`${parts}`;
}

/** Parts that the other side does not have are marked: a letter that differs is seen among sixty that do not. */
function identity(text: string, other: string | undefined): Html {
  const others = new Set(other === undefined ? [] : partsOf(exact(other)));
  const parts = partsOf(exact(text)).map((part) =>
    other === undefined || others.has(part) ? html`${part}` : html`<mark>${part}</mark>`,
  );
  return html`<code>${parts}</code>`;
}

function partsOf(text: string): readonly string[] {
  return text.split(/([ /=,])/).filter((part) => part !== '');
}
