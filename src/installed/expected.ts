/** Where the files of a wheel are once they are installed, and what they are then. */
import { readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { normalizeName } from '../distribution-filename.ts';
import type { Wheel, WheelFile } from '../wheel/index.ts';
import type { Distribution } from './distributions.ts';
import type { Layout } from './layout.ts';
import { entryPointTexts, programNames } from './scripts.ts';

/** What an installed file has to be. */
export type Content =
  | { readonly kind: 'same'; readonly sha256: string; readonly size: number }
  /** A script of the wheel, of which installers replace the first line. */
  | { readonly kind: 'script'; readonly original: Uint8Array }
  /** A program for an entry point. */
  | { readonly kind: 'program'; readonly texts: ReadonlySet<string> }
  /** What the installer writes, and nothing runs. */
  | { readonly kind: 'any' }
  | { readonly kind: 'unchecked'; readonly reason: string };

export interface ExpectedFile {
  /** Absolute. */
  readonly path: string;
  readonly content: Content;
  /** Whether it may be missing. */
  readonly isOptional: boolean;
}

/** Written by installers into `.dist-info`: the specification of installed projects, PEP 610, PEP 710, and uv. */
const INSTALLERS_OWN = [
  'RECORD',
  'INSTALLER',
  'REQUESTED',
  'direct_url.json',
  'provenance_url.json',
  'uv_cache.json',
  'uv_build.json',
];

/**
 * Every file that a wheel has an environment have.
 *
 * @returns a string, in which a reason is, for a wheel with files for a place that there is none of
 */
export async function expectedFiles(
  distribution: Distribution,
  wheel: Wheel,
  layout: Layout,
): Promise<readonly ExpectedFile[] | string> {
  const { site, name } = distribution;
  const headers = await headersOf(site.headers, name);
  const schemes = new Map([
    ['purelib', site.purelib],
    ['platlib', site.platlib],
    ['scripts', site.scripts],
    ['data', site.data],
    ['headers', headers],
  ]);
  const root = wheel.isPurelib ? site.purelib : site.platlib;
  const own = new Set(INSTALLERS_OWN.map((file) => join(root, wheel.distInfo, file)));
  const files: ExpectedFile[] = [];
  for (const [path, file] of wheel.files) {
    const { scheme, rest } = parseDataPath(path);
    const base = scheme === undefined ? root : schemes.get(scheme);
    if (base === undefined) return `it has files for \`${scheme}\`, which is no place of an environment`;
    const at = join(base, ...rest.split('/'));
    if (!own.has(at)) files.push({ path: at, content: contentOf(file, scheme), isOptional: false });
  }
  return [...files, ...programs(distribution, wheel, layout), ...[...own].map(installersOwn)];
}

/** `NAME.data/SCHEME/…`: what goes elsewhere than beside the modules. */
function parseDataPath(path: string): { readonly scheme?: string; readonly rest: string } {
  const { scheme, rest } = /^[^/]+\.data\/(?<scheme>[^/]+)\/(?<rest>.+)$/s.exec(path)?.groups ?? {};
  return scheme === undefined || rest === undefined ? { rest: path } : { scheme, rest };
}

function contentOf({ sha256, size, content }: WheelFile, scheme: string | undefined): Content {
  return scheme === 'scripts' && content !== undefined
    ? { kind: 'script', original: content }
    : { kind: 'same', sha256, size };
}

function installersOwn(path: string): ExpectedFile {
  return { path, content: { kind: 'any' }, isOptional: true };
}

function programs({ name, site }: Distribution, wheel: Wheel, layout: Layout): readonly ExpectedFile[] {
  return programNames(name, wheel.entryPoints, layout.version).map(
    ({ entryPoint, name: program, isOptional }) =>
      layout.isWindows
        ? {
            path: join(site.scripts, `${program}.exe`),
            content: { kind: 'unchecked', reason: 'it is a launcher that the installer made' },
            isOptional,
          }
        : {
            path: join(site.scripts, program),
            content: { kind: 'program', texts: entryPointTexts(entryPoint, layout) },
            isOptional,
          },
  );
}

/** Named after the project, in a spelling that only the installer knows. */
async function headersOf(directory: string, name: string): Promise<string> {
  const found = await readdir(directory).catch(() => []);
  return join(directory, found.find((one) => normalizeName(one) === name) ?? name);
}

/** As a RECORD has it. */
export function shownPath(path: string, library: string): string {
  return relative(library, path).replaceAll(sep, '/');
}
