import type { ObservedSignature, ReportedFile, ReportedPackage } from '../model.ts';
import { exact, printable } from '../printable.ts';
import { historyWords } from './history-words.ts';
import { html, type Html } from './html-text.ts';
import { sortedBy } from './sorted.ts';
import { attributesOf, evidenceFacts } from './text-evidence.ts';
import { filesOf, LOOKS, shortIdentity } from './text-package.ts';

/** A package as a line that opens: its files, with the evidence of each signature. */
export function packageDetails(reported: ReportedPackage, id: string): Html {
  const { name, version, status, identities, reason, files, history } = reported;
  const signers = [...new Set(identities.map(({ uri }) => shortIdentity(uri)))];
  const sorted = sortedBy(files, (file) => [file.name]);
  return html`<details class="package" id="${id}" data-status="${status}">
    <summary>
      <span class="name">${exact(name)}</span><span class="mono">${exact(version ?? '')}</span
      ><span><span class="badge ${status}">${LOOKS[status].mark} ${LOOKS[status].word}</span></span
      ><span class="files soft">${filesOf(reported)}</span
      ><span class="signer mono">${signers.join(', ')}</span>
    </summary>
    <div class="inside">
      ${reason === undefined ? html`` : html`<p>${printable(reason)}</p>`}
      ${history === undefined ? html`` : html`<p class="history">Releases before: ${historyWords(history)}</p>`}
      ${sorted.map(fileSection)}
    </div>
  </details> `;
}

function fileSection({ name, sha256, status, reason, signatures = [] }: ReportedFile): Html {
  return html`<section>
    <h4><code>${exact(name)}</code> <span class="badge ${status}">${LOOKS[status].word}</span></h4>
    ${facts([
      ['sha256', sha256],
      ['why', reason === undefined ? undefined : printable(reason)],
    ])}
    ${signatures.map(signatureFacts)}
  </section> `;
}

function signatureFacts({ identity, evidence }: ObservedSignature): Html {
  return facts([
    ['signed by', `${identity.uri}${attributesOf(identity)} (${identity.kind})`],
    ['signed at', evidence.signedAt?.toISOString()],
    ...evidenceFacts(evidence),
  ]);
}

function facts(rows: readonly (readonly [label: string, value: string | undefined])[]): Html {
  const known = rows.flatMap(([label, value]) => (value === undefined ? [] : [[label, value] as const]));
  const list = known.map(
    ([label, value]) =>
      html`<dt>${label}</dt>
        <dd><code>${exact(value)}</code></dd> `,
  );
  return list.length === 0 ? html`` : html`<dl>${list}</dl>`;
}
