import { resolve } from 'node:path';

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { OPTIONS } from '../../src/commands/options.ts';
import { toSettings } from '../../src/commands/settings.ts';
import { refuseForeignOptions, splitArguments } from '../../src/commands/split-arguments.ts';
import { ProvpinError } from '../../src/errors.ts';

describe('refuseForeignOptions', () => {
  const command = { name: 'diff', options: ['format', 'verbose'] };

  test.for([[[]], [['--format=json', '--verbose']], [['--help']], [['--version', '--format=x']]] as const)(
    'takes %j',
    ([ours]) => {
      expect(() => refuseForeignOptions(ours, command)).not.toThrow();
    },
  );

  test('refuses what would not be heeded', () => {
    expect(() => refuseForeignOptions(['--format=json', '--accept=x=--y'], command)).toThrow(
      '`provpin diff` does not take `--accept`',
    );
    expect(() => refuseForeignOptions(['--strict'], { name: '', options: [] })).toThrow(
      '`provpin` does not take `--strict`',
    );
  });
});

describe('splitArguments', () => {
  test.for([
    [['requests', '--tofu', '-r', 'a.txt'], ['--tofu'], ['requests', '-r', 'a.txt']],
    [
      ['-L', 'a', '-Lb', '--lock-path', 'c', '--lock-path=d'],
      ['a', 'b', 'c', 'd'].map((x) => `--lock-path=${x}`),
      [],
    ],
    [['--format', 'json', '-i', 'https://x'], ['--format=json'], ['-i', 'https://x']],
    [['--report', 'json=a=b'], ['--report=json=a=b'], []],
    [['-q', '-v', '-h'], ['--quiet', '--verbose', '--help'], []],
    // Only exact names are ours: clusters and abbreviations are pip's.
    [['-qq', '-vv', '--stric', '--strict-resolver'], [], ['-qq', '-vv', '--stric', '--strict-resolver']],
    [['--', '--tofu', '--'], [], [], ['--tofu', '--']],
    [['-r', '--', '--tofu'], [], ['-r'], ['--tofu']],
    [['-', '--=', '---tofu', '', '-é'], [], ['-', '--=', '---tofu', '', '-é']],
    [['--constructor', '--__proto__'], [], ['--constructor', '--__proto__']],
    [['--accept', '-e'], ['--accept=-e'], []],
  ] as const)('%j', ([argv, ours, pipArgs, afterEnd = []]) => {
    expect(splitArguments(argv)).toEqual({ ours, pipArgs, afterEnd });
  });

  test.for([
    [['--format'], '`--format` needs a value (`NAME`)'],
    [['-L'], '`-L` needs a value (`PATH`)'],
    [['--receipts', '--strict'], '`--receipts` needs a value (`FILE`)'],
    [['--receipts', '--'], '`--receipts` needs a value (`FILE`)'],
    // Of a variable that is not set; the parser would leave nothing of it beside another value.
    [['--accept', ''], '`--accept` needs a value (`NAME`)'],
    [['-L', 'a', '-L', ''], '`-L` needs a value (`PATH`)'],
    [['--lock-path=a', '--lock-path='], '`--lock-path` needs a value (`PATH`)'],
    [['--report', 'json=a', '--report', ''], '`--report` needs a value (`NAME=PATH`)'],
    [['--strict=1'], '`--strict` takes no value'],
    [['--strict=false'], '`--strict` takes no value'],
  ] as const)('%j is refused', ([argv, message]) => {
    expect(() => splitArguments(argv)).toThrow(message);
  });

  const names = Object.entries(OPTIONS).flatMap(([name, { alias }]) => [
    `--${name}`,
    ...(alias === undefined ? [] : [`-${alias}`]),
  ]);
  const isOurs = (arg: string) =>
    names.some((name) => arg === name || (name.startsWith('--') && arg.startsWith(`${name}=`))) ||
    /^-[Lo]/.test(arg);

  const word = fc.oneof(
    fc.string(),
    fc.constantFrom('-r', '-e', '.', '--group', '--no-index', '-qq', '--tof'),
  );
  const forPip = word.filter((arg) => arg !== '--' && !isOurs(arg));
  const ours = fc.constantFrom(...Object.entries(OPTIONS)).chain(([name, { type, alias }]) => {
    if (type === 'boolean') {
      const spellings = [`--${name}`, ...(alias === undefined ? [] : [`-${alias}`])];
      return fc.constantFrom(...spellings).map((arg) => [arg]);
    }
    return fc.oneof(
      word.filter((value) => value !== '').map((value) => [`--${name}=${value}`]),
      forPip.filter((value) => value !== '').map((value) => [`--${name}`, value]),
    );
  });

  test("pip's part is exactly the arguments without ours, in their order", () => {
    const argument = fc.oneof(
      forPip.map((arg) => ({ argv: [arg], isPips: true })),
      ours.map((argv) => ({ argv, isPips: false })),
    );
    fc.assert(
      fc.property(fc.array(argument), fc.option(fc.array(word)), (parts, rest) => {
        const argv = [...parts.flatMap((part) => part.argv), ...(rest === null ? [] : ['--', ...rest])];
        const pips = parts.filter(({ isPips }) => isPips).flatMap((part) => part.argv);
        const split = splitArguments(argv);
        expect(split.pipArgs).toEqual(pips);
        expect(split.afterEnd).toEqual(rest ?? []);
        expect(split.ours).toHaveLength(parts.filter(({ isPips }) => !isPips).length);
      }),
    );
  });
});

describe('toSettings', () => {
  test.for([
    [{ offline: true, 'lock-path': ['pylock.toml'], 'no-cache': true }, {}, '`--no-cache`'],
    [{ 'accept-unsigned': true }, {}, 'only a TOFU run records'],
    [{ pin: 'ids,branch' }, {}, '`--pin` does not know `branch`'],
    [{ pin: 'none,ids' }, {}, '`--pin` does not know `none`'],
    [{ concurrency: 'x' }, {}, '`--concurrency`'],
    [{ concurrency: '0' }, {}, '`--concurrency`'],
    [{ concurrency: '257' }, {}, '`--concurrency`'],
    [{ format: 'xml' }, {}, '`--format` does not know the format `xml`'],
    [{ report: ['xml=a'] }, {}, '`--report` does not know the format `xml`'],
    [{ report: ['json'] }, {}, '`NAME=PATH`'],
    [{ report: ['json='] }, {}, '`NAME=PATH`'],
    [{ key: ['=k.pem'] }, {}, '`--key =k.pem` is not of the form `[NAME=]FILE`'],
    [{ key: ['acme='] }, {}, '`[NAME=]FILE`'],
    [{ key: ['k.pem', ''] }, {}, '`--key` needs a value'],
    [{ output: '-' }, {}, '`--output -` is not the name of a lock'],
    [{ output: 'out/lock.toml' }, {}, '`--output out/lock.toml` is not the name of a lock'],
    [{ output: '' }, {}, '`--output` needs a value'],
    [{ 'provenance-file': '' }, {}, '`--provenance-file` needs a value'],
    [{ accept: ['a', ''] }, {}, '`--accept` needs a value'],
    [{ 'lock-path': [''] }, {}, '`--lock-path` needs a value'],
    [{}, { TOFU: 'yes' }, '`TOFU` is `yes`'],
    [{}, { STRICT: 'true' }, '`STRICT` is `true`'],
  ] as const)('%j with %j is refused', ([parsed, env, message]) => {
    expect(() => toSettings(parsed, [], env)).toThrow(ProvpinError);
    expect(() => toSettings(parsed, [], env)).toThrow(message);
  });

  test('a key is bound to what stands before the first `=`', () => {
    const key = ['k.pem', 'acme-*=keys/a=b.pem', 'https://index.example/simple=k.pem'];
    expect(toSettings({ key }, [], {}).keys).toEqual([
      { file: 'k.pem' },
      { name: 'acme-*', file: 'keys/a=b.pem' },
      { name: 'https://index.example/simple', file: 'k.pem' },
    ]);
  });

  test.for([
    [{ report: ['text=.provenance.txt'] }, '`--provenance-file` and `--report` name the same file'],
    [{ report: ['text=sub/../.provenance.txt'] }, '`--provenance-file` and `--report`'],
    [{ 'provenance-file': 'p.txt', receipts: './p.txt' }, '`--provenance-file` and `--receipts`'],
    [{ 'provenance-file': 'pylock.toml', output: 'pylock.toml' }, '`--provenance-file` and `--output`'],
    [{ receipts: 'pylock.toml', output: 'pylock.toml' }, '`--receipts` and `--output`'],
    [{ receipts: resolve('r'), report: ['json=r'] }, '`--receipts` and `--report`'],
    [{ output: 'pylock.toml', report: ['json=pylock.toml'] }, '`--output` and `--report`'],
    [{ report: ['json=r', 'text=r'] }, '`--report` and `--report`'],
  ] as const)('two things in one file, %j, are refused', ([parsed, message]) => {
    expect(() => toSettings(parsed, [], {})).toThrow(ProvpinError);
    expect(() => toSettings(parsed, [], {})).toThrow(message);
  });

  test('each has its own file', () => {
    const parsed = { receipts: 'r', output: 'pylock.toml', report: ['json=a', 'text=b'] };
    expect(toSettings(parsed, [], { FILENAME: 'p' }).reports).toHaveLength(2);
  });

  test.for(['pylock.toml', 'out/pylock.dev.toml'])('a lock can be written to %s', (output) => {
    expect(toSettings({ output }, [], {}).output).toBe(output);
  });

  test.for([
    ['none', []],
    ['ids', ['repository-id', 'owner-id']],
    ['runner, ids ,ref', ['repository-id', 'owner-id', 'ref', 'runner']],
  ] as const)('--pin %s', ([pin, attributes]) => {
    expect(toSettings({ pin }, [], {}).pins).toEqual(attributes);
  });

  test.for([1, 256])('--concurrency %s', (concurrency) => {
    expect(toSettings({ concurrency: String(concurrency) }, [], {}).concurrency).toBe(concurrency);
  });

  test('the last of several values counts where there can be one', () => {
    expect(toSettings({ format: ['json', 'text'] }, [], {}).format).toBe('text');
  });
});
