import { parseDistributionFilename } from '../distribution-filename.ts';
import type { ProjectFile } from '../package-index/contract.ts';
import { filePath } from './route.ts';

export const PAGE_TYPES = [
  'application/vnd.pypi.simple.v1+json',
  'application/vnd.pypi.simple.v1+html',
  'text/html',
] as const;
export type PageType = (typeof PAGE_TYPES)[number];

/**
 * What of a listing a page of the proxy has: of several files of one name the first, since the indexes are in the user's order,
 * and of these only what is named as a wheel or sdist of the project. Nothing else can be checked.
 */
export function servedFiles(project: string, files: readonly ProjectFile[]): readonly ProjectFile[] {
  const byName = new Map<string, ProjectFile>();
  for (const file of files) {
    if (!byName.has(file.filename) && parseDistributionFilename(file.filename, project) !== undefined)
      byName.set(file.filename, file);
  }
  return [...byName.values()];
}

/** What a project has at the proxy. */
export interface ServedPage {
  readonly files: readonly ProjectFile[];
  readonly bodyAs: (type: PageType) => Uint8Array;
}

export type PageOf = (project: string, files: readonly ProjectFile[]) => ServedPage;

/**
 * Makes the page of a listing once, however many ask for it; its text is in memory once for all those who are taking it, however
 * slowly they do.
 */
export function createPageOf(): PageOf {
  /** By the first of the files of a listing: they are the same objects for as long as the index's own page counts. */
  const made = new WeakMap<ProjectFile, Made>();
  return (project, files) => {
    const [first] = files;
    if (first === undefined) return makePage(project, files);
    const known = made.get(first);
    if (known !== undefined && isOf(known, project, files)) return known.page;
    const page = makePage(project, files);
    made.set(first, { project, files, page });
    return page;
  };
}

/** A page, and the listing that it was made of. */
interface Made {
  readonly project: string;
  readonly files: readonly ProjectFile[];
  readonly page: ServedPage;
}

function isOf(made: Made, project: string, files: readonly ProjectFile[]): boolean {
  return (
    made.project === project &&
    made.files.length === files.length &&
    made.files.every((file, at) => file === files[at])
  );
}

function makePage(project: string, listed: readonly ProjectFile[]): ServedPage {
  const files = servedFiles(project, listed);
  const bodies = new Map<PageType, WeakRef<Uint8Array>>();
  return {
    files,
    bodyAs: (type) => {
      const known = bodies.get(type)?.deref();
      if (known !== undefined) return known;
      const body = Buffer.from(renderPage(project, files, type));
      bodies.set(type, new WeakRef(body));
      return body;
    },
  };
}

/** A project's page (PEP 503, 691, 700), with the files at the proxy, and of each the sha256 alone. */
export function renderPage(project: string, files: readonly ProjectFile[], type: PageType): string {
  return type === 'application/vnd.pypi.simple.v1+json'
    ? JSON.stringify(jsonPage(project, files))
    : htmlPage(project, files);
}

function jsonPage(project: string, files: readonly ProjectFile[]): object {
  // Since 1.1 every file has a size.
  const isComplete = files.every(({ size }) => size !== undefined);
  const versions = files.map(({ filename }) => parseDistributionFilename(filename, project)?.version ?? '');
  return {
    meta: { 'api-version': isComplete ? '1.1' : '1.0' },
    name: project,
    versions: [...new Set(versions)],
    files: files.map((file) => jsonFile(project, file)),
  };
}

function jsonFile(project: string, file: ProjectFile): object {
  const { filename, sha256, size, uploadTime, requiresPython, yanked, metadataSha256, provenance } = file;
  const metadata = metadataSha256 === undefined ? undefined : { sha256: metadataSha256 };
  return {
    filename,
    url: filePath(project, filename, sha256),
    hashes: sha256 === undefined ? {} : { sha256 },
    ...(size === undefined ? {} : { size }),
    ...(uploadTime === undefined ? {} : { 'upload-time': uploadTime }),
    ...(requiresPython === undefined ? {} : { 'requires-python': requiresPython }),
    yanked: yanked ?? false,
    ...(metadata === undefined ? {} : { 'core-metadata': metadata, 'dist-info-metadata': metadata }),
    ...(provenance === undefined ? {} : { provenance }),
  };
}

function htmlPage(project: string, files: readonly ProjectFile[]): string {
  return [
    '<!DOCTYPE html>',
    '<html><head><meta name="pypi:repository-version" content="1.0"><title>',
    `Links for ${project}</title></head><body>`,
    ...files.map((file) => anchor(project, file)),
    '</body></html>\n',
  ].join('\n');
}

function anchor(project: string, file: ProjectFile): string {
  const { filename, sha256, requiresPython, yanked, metadataSha256, provenance } = file;
  const metadata = metadataSha256 === undefined ? undefined : `sha256=${metadataSha256}`;
  const attributes = Object.entries({
    href: `${filePath(project, filename, sha256)}${sha256 === undefined ? '' : `#sha256=${sha256}`}`,
    'data-requires-python': requiresPython,
    'data-yanked': yanked === true ? '' : yanked,
    'data-core-metadata': metadata,
    'data-dist-info-metadata': metadata,
    'data-provenance': provenance,
  }).flatMap(([name, value]) => (value === undefined ? [] : [`${name}="${escaped(value)}"`]));
  return `<a ${attributes.join(' ')}>${escaped(filename)}</a><br>`;
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
]);

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => ESCAPES.get(character) ?? '');
}
