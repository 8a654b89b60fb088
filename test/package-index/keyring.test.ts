import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import type { Credentials } from '../../src/package-index/contract.ts';
import { createKeyring, createUnlocking, type AskKeyring } from '../../src/package-index/keyring.ts';
import { createWorkspace, type Workspace } from '../support/workspace.ts';

const SERVICE = 'https://h/simple/';
let workspace: Workspace;
let warnings: string[];

beforeAll(async () => {
  workspace = await createWorkspace();
  await mkdir(join(workspace.project, 'bin'));
});
afterAll(async () => workspace.remove());
beforeEach(() => {
  warnings = [];
});

/** The command with this body; without one there is none. */
async function keyring(body?: string): Promise<AskKeyring> {
  if (body !== undefined) {
    const path = await workspace.write('bin/keyring', `#!/bin/sh\n${body}\n`);
    await chmod(path, 0o755);
  }
  const directory = join(workspace.project, body === undefined ? 'none' : 'bin');
  return createKeyring(
    { ...workspace.env, PATH: `${directory}:/usr/bin:/bin` },
    { cwd: workspace.project, warn: (line) => warnings.push(line) },
  );
}

describe('the command', () => {
  test('is asked as pip asks it, with nothing but names', async () => {
    const ask = await keyring(
      'echo "$@" >> arguments; printf \'{"username": "u", "password": "%s"}\' "$PYTHONIOENCODING"',
    );
    expect(await ask(SERVICE)).toEqual({ username: 'u', password: 'utf-8' });
    expect(await ask(SERVICE, '1234|name')).toEqual({ username: 'u', password: 'utf-8' });
    expect(await workspace.read('arguments')).toBe(
      `--mode=creds --output=json get ${SERVICE}\n--mode=creds --output=json get ${SERVICE} 1234|name\n`,
    );
    expect(warnings).toEqual([]);
  });

  test('that has nothing is asked again', async () => {
    const ask = await keyring('echo x >> asked; exit 1');
    expect([await ask(SERVICE), await ask('h')]).toEqual([undefined, undefined]);
    expect(await workspace.read('asked')).toBe('x\nx\n');
    expect(warnings).toEqual([]);
  });

  test('that is not there is no news', async () => {
    const ask = await keyring();
    expect(await ask(SERVICE)).toBeUndefined();
    expect(warnings).toEqual([]);
  });

  test.each([
    ['says no JSON', 'echo s3cret', 'is no JSON object'],
    ['says another JSON', 'echo \'["u", "s3cret"]\'', 'is no JSON object'],
    ['says nothing in JSON', 'echo null', 'is no JSON object'],
    ['says a text in JSON', 'echo \'"s3cret"\'', 'is no JSON object'],
    ['says a number for a password', 'echo \'{"username": "u", "password": 5}\'', 'is no JSON object'],
    [
      'is too old',
      'echo "keyring: error: unrecognized arguments: --mode=creds" >&2; exit 2',
      'older than version 25.2.1',
    ],
    ['says too much', 'yes s3cret', 'did not answer (too-much-output)'],
  ])('that %s is not asked again, and its words are not shown', async (_, body, words) => {
    const ask = await keyring(`echo x >> calls; ${body}`);
    await workspace.write('calls', '');
    expect([await ask(SERVICE), await ask(SERVICE)]).toEqual([undefined, undefined]);
    expect(await workspace.read('calls')).toBe('x\n');
    expect(warnings).toEqual([expect.stringContaining(words)]);
    expect(warnings.join('')).not.toContain('s3cret');
  });
});

const never: AskKeyring = async () => await Promise.reject(new Error('asked'));

describe('unlocking', () => {
  const authority = {
    origin: 'https://h',
    clientCertificate: true,
    keyring: { services: [SERVICE, 'h'], username: 'u' },
  };

  test('asks for the index and then for its host, once for all requests', async () => {
    const asked: (readonly [string, string | undefined])[] = [];
    const credentials: Credentials = { username: 'u', password: 'p' };
    const unlocking = createUnlocking(async (service, username) => {
      asked.push([service, username]);
      return await Promise.resolve(service === 'h' ? credentials : undefined);
    });
    expect(unlocking.known(authority)).toBe(authority);
    const both = await Promise.all([unlocking.unlock(authority), unlocking.unlock(authority)]);
    expect(both).toEqual([
      { ...authority, credentials },
      { ...authority, credentials },
    ]);
    expect(asked).toEqual([
      [SERVICE, 'u'],
      ['h', 'u'],
    ]);
    expect(unlocking.known(authority)).toBe(both[0]);
    expect(unlocking.known({ ...authority, origin: 'https://other' })).not.toHaveProperty('credentials');
  });

  test('has nothing where a keyring is not to be asked', async () => {
    const { keyring: _keyring, ...bare } = authority;
    expect(await createUnlocking(never).unlock(bare)).toBeUndefined();
    expect(await createUnlocking(never).unlock(undefined)).toBeUndefined();
    const empty = createUnlocking(async () => Promise.resolve(undefined));
    expect([await empty.unlock(authority), empty.known(authority)]).toEqual([undefined, authority]);
    expect(await createUnlocking(undefined).unlock(authority)).toBeUndefined();
  });
});
