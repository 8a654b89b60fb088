import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { writeProvenanceFile } from '../../src/provenance-file/write.ts';
import { failureOf, temporaryDirectory } from './files.ts';

describe('writeProvenanceFile', () => {
  test('makes a file, and replaces it, and leaves nothing else behind', async () => {
    const directory = temporaryDirectory();
    const path = join(directory, '.provenance.txt');
    await writeProvenanceFile(path, 'a unsigned\n', '');
    expect(readFileSync(path, 'utf8')).toBe('a unsigned\n');
    await writeProvenanceFile(path, '\uFEFFü\r\n', 'a unsigned\n');
    expect(readFileSync(path, 'utf8')).toBe('\uFEFFü\r\n');
    expect(readdirSync(directory)).toEqual(['.provenance.txt']);
  });

  test('removes what runs left that were killed, and nothing else', async () => {
    const directory = temporaryDirectory();
    const uuid = '0c6b2a1e-3d4f-4a5b-8c7d-9e0f1a2b3c4d';
    const stays = [
      `.provpin-${uuid}.tmp.txt`,
      `.provpin-${uuid.replaceAll('-', '')}.tmp`,
      `x.provpin-${uuid}.tmp`,
      `.provpin-${uuid.replace('0c', '1c')}.tmp`,
    ];
    const longAgo = Date.now() / 1_000 - 2 * 60 * 60;
    for (const name of [...stays, `.provpin-${uuid}.tmp`]) {
      writeFileSync(join(directory, name), 'a unsigned\n');
      if (name !== stays.at(-1)) utimesSync(join(directory, name), longAgo, longAgo); // that one is of a run that is alive
    }
    symlinkSync(stays[0] ?? '', join(directory, `.provpin-${uuid.replace('0c', '2c')}.tmp`));
    lutimesSync(join(directory, `.provpin-${uuid.replace('0c', '2c')}.tmp`), longAgo, longAgo);
    mkdirSync(join(directory, `.provpin-${uuid.replace('0c', '3c')}.tmp`));
    utimesSync(join(directory, `.provpin-${uuid.replace('0c', '3c')}.tmp`), longAgo, longAgo);
    await writeProvenanceFile(join(directory, '.provenance.txt'), 'a unsigned\n', '');
    const others = ['2c', '3c'].map((start) => `.provpin-${uuid.replace('0c', start)}.tmp`);
    expect(readdirSync(directory).toSorted()).toEqual(['.provenance.txt', ...stays, ...others].toSorted());
  });

  test('writes nothing when nothing has changed', async () => {
    const directory = temporaryDirectory();
    const path = join(directory, '.provenance.txt');
    await writeProvenanceFile(path, '', '');
    expect(existsSync(path)).toBe(false);
    writeFileSync(path, 'a unsigned\n');
    const { ino, mtimeMs } = statSync(path);
    await writeProvenanceFile(path, 'a unsigned\n', 'a unsigned\n');
    expect(statSync(path)).toMatchObject({ ino, mtimeMs });
  });

  test.each([0o600, 0o640, 0o664, 0o755])('keeps the mode %o', async (mode) => {
    const path = join(temporaryDirectory(), '.provenance.txt');
    writeFileSync(path, 'old');
    chmodSync(path, mode);
    await writeProvenanceFile(path, 'new', 'old');
    expect(statSync(path).mode & 0o7777).toBe(mode);
  });

  test('replaces what a link leads to, and keeps the link', async () => {
    const directory = temporaryDirectory();
    const [elsewhere, link, target] = [
      join(directory, 'elsewhere'),
      join(directory, 'link'),
      join(directory, 'elsewhere', 'file'),
    ];
    mkdirSync(elsewhere);
    symlinkSync(join('elsewhere', 'file'), join(directory, 'inner'));
    symlinkSync('inner', link);
    writeFileSync(target, 'first');
    await writeProvenanceFile(link, 'second', 'first');
    expect(readFileSync(target, 'utf8')).toBe('second');
    expect(readlinkSync(link)).toBe('inner');
    expect(lstatSync(target).isSymbolicLink()).toBe(false);
    expect(readdirSync(elsewhere)).toEqual(['file']);
  });

  test.each([
    ['missing', undefined],
    ['empty', ''],
  ])('does not follow a link to a file that is %s, which a branch could aim anywhere', async (_, content) => {
    const directory = temporaryDirectory();
    const [link, target] = [join(directory, 'link'), join(directory, 'target')];
    symlinkSync('target', link);
    if (content !== undefined) writeFileSync(target, content);
    await expect(writeProvenanceFile(link, 'new', '')).rejects.toMatchObject({
      code: 'provenance-file-link',
      exitCode: 3,
    });
    expect(existsSync(target) ? readFileSync(target, 'utf8') : undefined).toBe(content);
    expect(readdirSync(directory)).toEqual(content === undefined ? ['link'] : ['link', 'target']);
  });

  test.each([
    ['has changed', 'theirs', 'mine', 'old'],
    ['has come', 'theirs', 'mine', ''],
    ['has gone', undefined, 'mine', 'old'],
  ])('refuses when the file %s since it was read', async (_, current, text, previous) => {
    const directory = temporaryDirectory();
    const path = join(directory, '.provenance.txt');
    if (current !== undefined) writeFileSync(path, current);
    await expect(writeProvenanceFile(path, text, previous)).rejects.toMatchObject({
      code: 'provenance-file-changed',
      exitCode: 3,
      message: `\`${path}\` was changed while this run was under way`,
    });
    expect(existsSync(path) ? readFileSync(path, 'utf8') : undefined).toBe(current);
    expect(readdirSync(directory)).toEqual(current === undefined ? [] : ['.provenance.txt']);
  });

  test('of many at once lets one write, and tells the others', async () => {
    const directory = temporaryDirectory();
    const path = join(directory, '.provenance.txt');
    const texts = Array.from({ length: 20 }, (_, n) => `writer ${n}\n`.repeat(10_000));
    const results = await Promise.allSettled(texts.map((text) => writeProvenanceFile(path, text, '')));
    const winner = results.findIndex(({ status }) => status === 'fulfilled');
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(readFileSync(path, 'utf8')).toBe(texts[winner]);
    expect(readdirSync(directory)).toEqual(['.provenance.txt']);
  });

  test.each([
    ['a directory', 'folder', 'it is not a regular file'],
    ['a file in a directory that is not there', join('missing', 'file'), 'ENOENT'],
    ['a file below a file', join('file', 'file'), 'ENOTDIR'],
  ])('cannot write %s', async (_, name, reason) => {
    const directory = temporaryDirectory();
    mkdirSync(join(directory, 'folder'));
    writeFileSync(join(directory, 'file'), 'x');
    const path = join(directory, name);
    const failure = await failureOf(writeProvenanceFile(path, 'a unsigned\n', ''));
    expect(failure).toMatchObject({ code: 'provenance-file-unwritable', exitCode: 3 });
    expect(failure.message).toContain(`\`${path}\` cannot be written: `);
    expect(failure.message).toContain(reason);
    expect(readdirSync(directory)).toEqual(['file', 'folder']);
  });

  test('cannot write where there is no space left, and leaves the old file', async () => {
    // A file size limit stops a write in its middle, as a full disk does.
    const directory = temporaryDirectory();
    const path = join(directory, '.provenance.txt');
    writeFileSync(path, 'old\n');
    const script = `import { writeProvenanceFile } from ${JSON.stringify(join(import.meta.dirname, '../../src/provenance-file/write.ts'))};
      process.on('SIGXFSZ', () => {});
      await writeProvenanceFile(${JSON.stringify(path)}, 'new\\n'.repeat(100_000), 'old\\n').catch((error) => { console.log(error.message, error.exitCode); });`;
    const child = spawn('sh', [
      '-c',
      'ulimit -f 8; exec "$0" --input-type=module-typescript -e "$1"',
      process.execPath,
      script,
    ]);
    const output = await new Response(child.stdout).text();
    expect(output).toMatch(/cannot be written: EFBIG.* 3$/m);
    expect(readFileSync(path, 'utf8')).toBe('old\n');
    expect(readdirSync(directory)).toEqual(['.provenance.txt']);
  });

  test('cannot write to a read-only directory, and leaves the old file', async () => {
    const directory = temporaryDirectory();
    const path = join(directory, '.provenance.txt');
    writeFileSync(path, 'old');
    chmodSync(directory, 0o555);
    const failure = await withoutPrivileges(() => failureOf(writeProvenanceFile(path, 'new', 'old')));
    expect(failure.exitCode).toBe(3);
    expect(failure.message).toContain('EACCES');
    chmodSync(directory, 0o755);
    expect(readFileSync(path, 'utf8')).toBe('old');
  });
});

/** Runs something as a user whom permissions bind, also where the tests run as root. */
async function withoutPrivileges<T>(run: () => Promise<T>): Promise<T> {
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid?.(65_534);
  try {
    return await run();
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
}

describe('a killed write', () => {
  const KILLS = 200;
  const AT_ONCE = 4;
  const LINES = 5_000;
  const [first, second] = ['old unsigned', 'new https://github.com/new/new'];

  async function killWhileWriting(path: string): Promise<string> {
    const writer = join(import.meta.dirname, 'write-forever.ts');
    const child = spawn(process.execPath, [writer, path, first, second, String(LINES)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exit = once(child, 'exit');
    await Promise.race([once(child.stdout, 'data'), exit]);
    await setTimeout(Math.random() * 20);
    child.kill('SIGKILL');
    const [, signal] = (await exit) as unknown[];
    return String(signal);
  }

  test(`leaves the old file or the new one, ${KILLS} times`, async () => {
    const directory = temporaryDirectory();
    const whole = [first, second].map((line) => `${line}\n`.repeat(LINES));
    const seen = new Set<number>();
    await Promise.all(
      Array.from({ length: AT_ONCE }, async (_, worker) => {
        const path = join(directory, String(worker));
        for (let kill = 0; kill < KILLS / AT_ONCE; kill += 1) {
          writeFileSync(path, whole[0] ?? '');
          expect(await killWhileWriting(path)).toBe('SIGKILL');
          const found = whole.indexOf(readFileSync(path, 'utf8'));
          expect(found).not.toBe(-1);
          seen.add(found);
        }
      }),
    );
    // Both were there at the moment of some kill; otherwise nothing was being written.
    expect(seen.size).toBe(2);
  }, 120_000);
});
