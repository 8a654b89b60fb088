import { STATUSES, type Report } from '../model.ts';
import { findingsOfNoPackage, packageBlocks, worstFirst } from './blocks.ts';
import type { RenderOptions, ReportFormat } from './contract.ts';
import { findingArticle, prose } from './html-finding.ts';
import { packageDetails } from './html-package.ts';
import { SCRIPT } from './html-script.ts';
import { STYLE } from './html-style.ts';
import { html, ours, type Html } from './html-text.ts';
import { countByStatus } from './summary.ts';
import { closingLine, totalsLine } from './text-closing.ts';
import { LOOKS } from './text-package.ts';
import { verdictOf } from './verdict.ts';

/**
 * A page in one file, which loads nothing. Its policy (CSP) lets the one style sheet and the one script run that have the right
 * hash, and nothing else; outside text is text (`html-text.ts`), and no link leads anywhere but within the page.
 */
export const htmlFormat: ReportFormat = {
  id: 'html',
  summary: 'a page to look at, in one file',
  render: (report, options) => {
    const policy = `default-src 'none'; style-src 'sha256-${options.sha256(STYLE, 'base64')}'; script-src 'sha256-${options.sha256(SCRIPT, 'base64')}'; base-uri 'none'; form-action 'none'`;
    const { markup } = html`<html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="referrer" content="no-referrer" />
        <title>provpin: ${verdictOf(report)}</title>
        ${ours(`<style>${STYLE}</style>`)}
      </head>
      <body>
        ${header(report, options)} ${main(report, options)} ${ours(`<script>${SCRIPT}</script>`)}
      </body>
    </html>`;
    return `<!doctype html>\n${markup}\n`;
  },
};

function header(report: Report, options: RenderOptions): Html {
  return html`<header>
    <h1>provpin <span class="badge verdict ${report.outcome}">${verdictOf(report)}</span></h1>
    <p><strong>${totalsLine(report)}</strong></p>
    <p class="soft">${prose(closingLine(report, options))}</p>
    ${report.notes.map((note) => html`<p class="note">${prose(note)}</p> `)}
  </header>`;
}

/** Search and filter, of which nothing shows without the script. */
function tools({ packages }: Report): Html {
  const counts = countByStatus(packages);
  const buttons = STATUSES.filter((status) => counts[status] > 0).map(
    (status) =>
      html`<button type="button" value="${status}" aria-pressed="false">
        ${LOOKS[status].word} ${counts[status]}
      </button>`,
  );
  return html`<div class="tools" role="search" hidden>
    <input
      type="search"
      placeholder="Search packages, identities, files, rules"
      aria-label="Search"
      autocomplete="off"
      spellcheck="false"
    />
    ${buttons}
    <output class="soft"></output>
  </div>`;
}

function main(report: Report, options: RenderOptions): Html {
  const blocks = worstFirst(packageBlocks(report));
  const articles = [
    ...blocks.flatMap(({ reported, findings }, i) =>
      findings.map((finding) => findingArticle(finding, reported.status, `package-${i}`, options)),
    ),
    ...findingsOfNoPackage(report).map((finding) => findingArticle(finding, 'none', undefined, options)),
  ];
  const details = blocks.map(({ reported }, i) => packageDetails(reported, `package-${i}`));
  return html`<main>${tools(report)} ${section('Findings', articles)} ${section('Packages', details)}</main>`;
}

function section(title: string, content: readonly Html[]): Html {
  return content.length === 0
    ? html``
    : html`<section>
        <h2>${title}</h2>
        ${content}
      </section>`;
}
