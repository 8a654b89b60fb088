/**
 * Pins the newest pip in src/lock-source/pinned-pip.ts: `node scripts/renew-pinned-pip.ts`. It is taken from the index that
 * the machine's pip uses; compare the sha256 with https://pypi.org/project/pip/#files before committing it.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const TARGET = fileURLToPath(new URL('../src/lock-source/pinned-pip.ts', import.meta.url));
const READ_METADATA = `
import sys, zipfile
wheel = zipfile.ZipFile(sys.argv[1])
print(wheel.read(next(n for n in wheel.namelist() if n.endswith(".dist-info/METADATA"))).decode())
`;

const directory = mkdtempSync(join(tmpdir(), 'provpin-renew-'));
try {
  const download = ['-m', 'pip', 'download', '--quiet', '--no-deps', '--only-binary', ':all:', 'pip'];
  execFileSync('python3', [...download, '--dest', directory], { stdio: ['ignore', 'inherit', 'inherit'] });
  const [filename = ''] = readdirSync(directory);
  const path = join(directory, filename);
  const metadata = execFileSync('python3', ['-c', READ_METADATA, path], { encoding: 'utf8' });
  const [, major, minor] = /^Requires-Python: >=(\d+)\.(\d+)$/m.exec(metadata) ?? [];
  const [, version] = /^Version: (\d+(?:\.\d+)+)$/m.exec(metadata) ?? [];
  if (major === undefined || minor === undefined || version === undefined) {
    throw new Error(`${filename}: Version or Requires-Python is not of the form that is known`);
  }
  const sha256 = createHash('sha256').update(readFileSync(path)).digest('hex');
  writeFileSync(TARGET, sourceOf({ version, filename, sha256 }, `[${major}, ${minor}]`));
  console.log(`pip ${version}, sha256 ${sha256}, needs Python ${major}.${minor}`);
} finally {
  rmSync(directory, { recursive: true });
}

function sourceOf(
  wheel: { readonly version: string; readonly filename: string; readonly sha256: string },
  minimumPython: string,
): string {
  return `// Written by scripts/renew-pinned-pip.ts.

/** The pip that runs where the user's own is too old to lock. */
export const PINNED_PIP = {
  name: 'pip',
  version: '${wheel.version}',
  filename: '${wheel.filename}',
  sha256: '${wheel.sha256}',
} as const;

/** The oldest Python that it runs with: its \`Requires-Python\`. */
export const PINNED_PIP_MINIMUM_PYTHON = ${minimumPython} as const;
`;
}
