import { printable } from '../printable.ts';
import { runProcess } from '../run-process.ts';
import { shareByKey } from './concurrency.ts';
import type { Credentials } from './contract.ts';
import type { Authority, KeyringEntry } from './credentials.ts';

/** Looks for credentials of a service; undefined when it has none. Never throws. */
export type AskKeyring = (service: string, username?: string) => Promise<Credentials | undefined>;

/** What the command may need for somebody to unlock a keyring. */
const TIMEOUT_MS = 60_000;
const MAX_OUTPUT = 64 * 1024;

/**
 * The `keyring` command on PATH, asked as pip's keyring provider `subprocess` asks it (pip/_internal/network/auth.py). The
 * name of an index and of a user are its arguments, as they are pip's; a password only ever comes out of it, by a pipe.
 *
 * @param env with PATH
 * @param warn told once, when the command does not do what it should
 */
export function createKeyring(
  env: NodeJS.ProcessEnv,
  options: { readonly cwd: string; readonly signal?: AbortSignal; readonly warn: (message: string) => void },
): AskKeyring {
  let isUsable = true;
  const giveUp = (reason: string): undefined => {
    if (isUsable && reason !== '') options.warn(`\`keyring\` is not asked for credentials: ${reason}`);
    isUsable = false;
  };
  return async (service, username) => {
    if (!isUsable) return undefined;
    const args = [
      '--mode=creds',
      '--output=json',
      'get',
      service,
      ...(username === undefined ? [] : [username]),
    ];
    const result = await runProcess('keyring', args, {
      cwd: options.cwd,
      env: { ...env, PYTHONIOENCODING: 'utf-8' },
      timeout: TIMEOUT_MS,
      maxOutput: MAX_OUTPUT,
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
    if (result.kind === 'not-started')
      return giveUp(result.code === 'ENOENT' ? '' : `it cannot be started (${result.code})`);
    if (result.kind !== 'exited') return giveUp(`it did not answer (${result.kind})`);
    if (isOutdated(result.exitCode, result.stderr)) return giveUp('it is older than version 25.2.1');
    if (result.exitCode !== 0) return undefined;
    return (
      parseCredentials(result.stdout) ??
      giveUp(
        `what it says about \`${printable(service, 200)}\` is no JSON object of \`username\` and \`password\``,
      )
    );
  };
}

function isOutdated(exitCode: number, stderr: Uint8Array): boolean {
  return (
    exitCode === 2 && /unrecognized arguments.*--mode=creds/su.test(Buffer.from(stderr).toString('utf8'))
  );
}

/** Nothing of it is for an error message. */
function parseCredentials(stdout: Uint8Array): Credentials | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(stdout).toString('utf8'));
    if (typeof value !== 'object' || value === null) return undefined;
    const { username, password } = { username: undefined, password: undefined, ...value };
    return typeof username === 'string' && typeof password === 'string' ? { username, password } : undefined;
  } catch {
    return undefined;
  }
}

/** What a keyring makes of authorities, for the requests of a run. */
export interface Unlocking {
  /** The authority with what the keyring has said of it so far. */
  readonly known: (authority: Authority | undefined) => Authority | undefined;
  /** The authority with what the keyring says of it, asked once however many want to know; undefined when that is nothing. */
  readonly unlock: (authority: Authority | undefined) => Promise<Authority | undefined>;
}

export function createUnlocking(ask: AskKeyring | undefined): Unlocking {
  const share = shareByKey<Authority | undefined>();
  const found = new Map<string, Authority>();
  return {
    known: (authority) => (authority === undefined ? undefined : (found.get(keyOf(authority)) ?? authority)),
    unlock: async (authority) => {
      const { keyring } = authority ?? {};
      if (ask === undefined || authority === undefined || keyring === undefined) return undefined;
      const key = keyOf(authority);
      return await share(key, async () => {
        const credentials = await firstOf(ask, keyring);
        if (credentials === undefined) return undefined;
        const unlocked = { ...authority, credentials };
        found.set(key, unlocked);
        return unlocked;
      });
    },
  };
}

function keyOf({ origin, keyring }: Authority): string {
  return JSON.stringify([origin, keyring]);
}

async function firstOf(
  ask: AskKeyring,
  { services, username }: KeyringEntry,
): Promise<Credentials | undefined> {
  for (const service of services) {
    const credentials = await ask(service, username);
    if (credentials !== undefined) return credentials;
  }
  return undefined;
}
