import type { ReportedPackage, Status } from '../model.ts';
import { exact, printable } from '../printable.ts';
import type { Paint, Style } from './style.ts';

interface Look {
  /** Tells statuses apart without colour. */
  readonly mark: string;
  readonly word: string;
  readonly style: Style;
}

export const LOOKS: Readonly<Record<Status, Look>> = {
  verified: { mark: '✓', word: 'verified', style: 'green' },
  recorded: { mark: '+', word: 'recorded', style: 'cyan' },
  unsigned: { mark: '-', word: 'unsigned', style: 'dim' },
  failed: { mark: '✗', word: 'failed', style: 'red' },
  unavailable: { mark: '?', word: 'unavailable', style: 'yellow' },
  'not-covered': { mark: '·', word: 'not covered', style: 'dim' },
};

const STATUS_WIDTH = Math.max(...Object.values(LOOKS).map(({ word }) => word.length));

/** No name or version is cut, and one that is absurdly long moves only its own line. */
const WIDEST_COLUMN = 40;

/** Column widths. */
export interface Layout {
  readonly name: number;
  readonly version: number;
  readonly files: number;
}

export function layOut(packages: readonly ReportedPackage[]): Layout {
  const widest = (textOf: (reported: ReportedPackage) => string): number =>
    packages.reduce(
      (width, reported) => Math.max(width, Math.min(textOf(reported).length, WIDEST_COLUMN)),
      0,
    );
  return { name: widest(nameOf), version: widest(versionOf), files: widest(filesOf) };
}

export function packageLine(
  reported: ReportedPackage,
  layout: Layout,
  withReason: boolean,
  paint: Paint,
): string {
  const { mark, word, style } = LOOKS[reported.status];
  const name = nameOf(reported).padEnd(layout.name);
  const version = versionOf(reported).padEnd(layout.version);
  const status = word.padEnd(STATUS_WIDTH);
  const files = filesOf(reported).padEnd(layout.files);
  const detail = detailOf(reported, withReason);
  // What is quiet is quiet as a whole; otherwise only the verdict has a colour.
  if (style === 'dim')
    return paint(style, `${mark} ${name}  ${version}  ${status}  ${files}  ${detail}`.trimEnd());
  return `${paint(style, mark)} ${name}  ${version}  ${paint(style, status)}  ${files}  ${detail}`.trimEnd();
}

function nameOf(reported: ReportedPackage): string {
  return exact(reported.name);
}

function versionOf(reported: ReportedPackage): string {
  return exact(reported.version ?? '');
}

/** How many files have a signer that holds, of how many. */
export function filesOf({ files }: ReportedPackage): string {
  const held = files.filter(({ status }) => status === 'verified' || status === 'recorded');
  return files.length === 0 ? '' : `${held.length}/${files.length} ${files.length === 1 ? 'file' : 'files'}`;
}

function detailOf(reported: ReportedPackage, withReason: boolean): string {
  const identities = [...new Set(reported.identities.map(({ uri }) => shortIdentity(uri)))].join(', ');
  const reason = withReason && reported.reason !== undefined ? printable(reported.reason) : '';
  return [identities, installedOf(reported), reason].filter((part) => part !== '').join('; ');
}

/** How many installed files are as the wheel has them, of how many. */
function installedOf({ installation }: ReportedPackage): string {
  return installation?.kind === 'compared' ? `${installation.held}/${installation.files} installed` : '';
}

/** Shorter, and still only one identity: the scheme of a web address goes, every other (`mailto:`, `key:`) stays. */
export function shortIdentity(uri: string): string {
  return exact(uri).replace(/^https:\/\//, '');
}
