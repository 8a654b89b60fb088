import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { COMMANDS } from '../../src/commands/index.ts';
import { CHECK_FORMATS, OPTIONS } from '../../src/commands/options.ts';
import { createWorkspace, type Workspace } from '../support/workspace.ts';
import { runInProcess } from '../support/run-in-process.ts';

const SHELLS = ['bash', 'zsh', 'fish'] as const;

let workspace: Workspace;
const scripts = new Map<string, string>();
beforeAll(async () => {
  workspace = await createWorkspace();
  for (const shell of SHELLS) {
    const { stdout } = await runInProcess(['completion', shell]);
    scripts.set(shell, await workspace.write(`completion.${shell}`, stdout));
  }
  await workspace.write('uv.lock', '');
});
afterAll(async () => workspace.remove());

/** CI has to run them for real: there, a shell that is missing fails. */
function isThere(shell: string): boolean {
  if (process.env['CI'] === 'true') return true;
  try {
    execFileSync(shell, ['-c', 'exit'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Each command line, what is completed of it, and where the shells put it. */
const CASES: readonly (readonly [line: string, word: string])[] = [
  ['provpin --strict --provenance-f', '--provenance-file'],
  ['provpin pro', 'proxy'],
  ['provpin --format=json pro', 'proxy'],
  ['provpin -L uv.lock pro', 'proxy'],
  ['provpin install --tof', '--tofu'],
  ['provpin --format sa', 'sarif'],
  ['provpin --report jun', 'junit='],
  ['provpin diff --format ma', 'markdown'],
  ['provpin explain --format js', 'json'],
  ['provpin diff --report ma', 'markdown='],
  ['provpin --trusted-root emb', 'embedded'],
  ['provpin completion fi', 'fish'],
];

/** As bash calls the function: the line in words, `=` one of its own (COMP_WORDBREAKS). */
async function complete(line: string): Promise<string> {
  const words = line.match(/=|[^\s=]+|(?<= )$/g) ?? [];
  const code = `source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _provpin; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const script = scripts.get('bash') ?? '';
  const result = await workspace.run('bash', ['-c', code, 'bash', script, ...words]);
  expect(result).toMatchObject({ exitCode: 0, stderr: '' });
  return result.stdout.trim();
}

describe('bash', () => {
  test.each([...CASES, ['provpin --format=sa', 'sarif'] as const])('%s', async (line, word) => {
    expect(await complete(line)).toBe(word);
  });

  test('offers every option that a command takes, and no other', async () => {
    for (const { name, options } of COMMANDS) {
      const offered = (await complete(`provpin ${name} -`))
        .split('\n')
        .filter((word) => word.startsWith('--'));
      const expected = [...new Set([...options, 'help', 'version'])].filter(
        (option) => OPTIONS[option]?.hidden !== true,
      );
      expect(offered.toSorted()).toEqual(expected.map((option) => `--${option}`).toSorted());
    }
  });

  const formatted = COMMANDS.flatMap(({ name, options, formats = CHECK_FORMATS }) => [
    ...(options.includes('format') ? [[`provpin ${name} --format `, formats] as const] : []),
    ...(options.includes('report')
      ? [[`provpin ${name} --report `, formats.map((format) => `${format}=`)] as const]
      : []),
  ]);

  test.each([...formatted, ['provpin a-package --format ', CHECK_FORMATS] as const])(
    'offers the formats of the command, and no others: %s',
    async (line, formats) => {
      expect((await complete(line.replace('  ', ' '))).split('\n')).toEqual(formats);
    },
  );

  test('leaves files to bash', async () => {
    expect(await complete('provpin -L uv')).toBe('');
    expect(await complete('provpin --report sarif=o')).toBe('');
  });
});

describe.skipIf(!isThere('fish'))('where there is a fish', () => {
  test.each(CASES)('%s', async (line, word) => {
    const code = 'source $argv[1]; complete -C $argv[2]';
    const { stdout, stderr } = await workspace.run('fish', ['-c', code, scripts.get('fish') ?? '', line]);
    expect(stderr).toBe('');
    expect(stdout.split('\n').map((row) => row.split('\t')[0])).toContain(word);
  });

  test('a format of another command is not offered', async () => {
    const code = 'source $argv[1]; complete -C "provpin diff --format "';
    const { stdout } = await workspace.run('fish', ['-c', code, scripts.get('fish') ?? '']);
    expect(stdout.match(/^\S+/gm)?.toSorted()).toEqual(['json', 'markdown', 'text']);
  });

  test('an option of another command is not offered', async () => {
    const code = 'source $argv[1]; complete -C "provpin completion --"';
    const { stdout } = await workspace.run('fish', ['-c', code, scripts.get('fish') ?? '']);
    expect(stdout).not.toContain('--tofu');
    expect(stdout).toContain('--help');
  });
});

/** An interactive zsh at a terminal of its own, in which the line and a tab are typed. */
const ZSH = `
zmodload zsh/zpty
zpty shell "zsh -f -i"
zpty -w shell "autoload -Uz compinit; compinit -u -D; source $1; bindkey '^I' complete-word; echo LOA''DED"
zpty -r -m shell seen '*LOADED*'
zpty -w -n shell "$2"$'\\t'
zpty -r -m shell seen "*$3*"
print -r -- "$seen"
zpty -d shell
`;

describe.skipIf(!isThere('zsh'))('where there is a zsh', () => {
  test.each(CASES)('%s', async (line, word) => {
    const before = line.slice(0, line.lastIndexOf(' ') + 1);
    // What was typed is shown as well: only with what follows it is it a completion.
    const typed = line.slice(before.length);
    const seen = `${typed}${word.slice(typed.length).replace(/=$/, '')}`;
    const { stdout, exitCode } = await workspace.run('timeout', [
      '30',
      'zsh',
      '-f',
      '-c',
      ZSH,
      'zsh',
      scripts.get('zsh') ?? '',
      line,
      seen,
    ]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain(seen);
  });
});

test.each(SHELLS)('%s gets every option that is shown, and no hidden one', (shell) => {
  const script = execFileSync('cat', [scripts.get(shell) ?? ''], { encoding: 'utf8' });
  for (const [name, { hidden }] of Object.entries(OPTIONS)) {
    const mentions = new RegExp(shell === 'fish' ? ` -l ${name} ` : `--${name}\\b`).test(script);
    expect([name, mentions]).toEqual([name, hidden !== true]);
  }
});

test.each([[[]], [['tcsh']], [['bash', 'zsh']]])('%j is refused', async (args) => {
  const { exitCode, stdout, stderr } = await runInProcess(['completion', ...args]);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr).toBe(
    'error: `provpin completion` takes the name of one shell\nhint: shells: `bash`, `zsh`, `fish`\n',
  );
});
