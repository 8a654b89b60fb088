import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { githubFormat } from '../../src/report/github.ts';
import { ALL_HELD, EVERYTHING, OPTIONS } from './fixture.ts';
import { hostileReport } from './hostile.ts';

interface Command {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly message: string;
}

/** As a runner reads a line (actions/runner, ActionCommand.TryParseV2). */
function parse(line: string): Command {
  const [, name = '', properties = '', message = ''] = /^::([a-z-]+) ([^:]*)::(.*)$/s.exec(line) ?? [];
  const pairs = properties.split(',').map((pair) => {
    const at = pair.indexOf('=');
    return [pair.slice(0, at), decode(pair.slice(at + 1))] as const;
  });
  return { name, properties: Object.fromEntries(pairs), message: decode(message) };
}

function decode(text: string): string {
  return text
    .replaceAll('%0D', '\r')
    .replaceAll('%0A', '\n')
    .replaceAll('%3A', ':')
    .replaceAll('%2C', ',')
    .replaceAll('%25', '%');
}

function commandsOf(text: string): readonly Command[] {
  return text.trimEnd().split('\n').map(parse);
}

test('every rule and status', async () => {
  await expect(githubFormat.render(EVERYTHING, OPTIONS)).toMatchFileSnapshot(
    '__snapshots__/everything.github.txt',
  );
});

test('a run in which all held is a notice', () => {
  const [notice, ...others] = commandsOf(githubFormat.render(ALL_HELD, OPTIONS));
  expect(others).toEqual([]);
  expect(notice).toMatchObject({ name: 'notice', properties: { title: 'provpin' } });
  expect(notice?.message).toMatch(/^3 packages: .*\nThe check passed\. Checked: the signers of 3 files/);
});

test('errors come first, since a runner shows ten of a step', () => {
  const names = commandsOf(githubFormat.render(EVERYTHING, OPTIONS)).map(({ name }) => name);
  expect(names).toEqual([
    ...names.filter((name) => name === 'error'),
    ...names.filter((name) => name === 'warning'),
    ...names.filter((name) => name === 'notice'),
  ]);
});

const fromRoot = (path: string): string => `services/100%, a:b/${path}`;

test('a finding is shown at the line of the lock, from the root of the repository, or else at its entry', () => {
  const finding = EVERYTHING.findings.find(({ rule }) => rule === 'publisher-changed');
  const loose = EVERYTHING.findings.find(({ rule }) => rule === 'entry-unused');
  const findings = [finding, loose].flatMap((one) => one ?? []);
  const [first, second] = commandsOf(
    githubFormat.render({ ...EVERYTHING, findings }, { ...OPTIONS, fromRoot }),
  );
  expect(first?.properties).toMatchObject({ file: 'services/100%, a:b/pylock.toml', line: '34' });
  expect(first?.message).toMatch(/\nsee line 12 of services\/100%, a:b\/\.provenance\.txt$/);
  expect(second?.properties).toMatchObject({ file: 'services/100%, a:b/.provenance.txt', line: '3' });
});

test('hostile text is the message or a property of one of our commands, and nothing else', () => {
  fc.assert(
    fc.property(hostileReport, (report) => {
      const text = githubFormat.render(report, OPTIONS);
      expect(text.replaceAll('\n', '')).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
      expect(text).not.toMatch(/##[a-z]*\[/i);
      const commands = commandsOf(text);
      expect(commands).toHaveLength(report.findings.length + report.notes.length + 1);
      for (const { name, properties } of commands) {
        expect(['error', 'warning', 'notice']).toContain(name);
        expect(Object.keys(properties).join()).toMatch(/^title(?:,file,line)?$/);
        expect(properties['title']).toMatch(/^provpin(?:: [a-z-]+)?$/);
      }
    }),
    { numRuns: 300 },
  );
});
