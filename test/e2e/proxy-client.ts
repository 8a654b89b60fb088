/** The proxy as it is started by its users, and a client that sees every byte of an answer, and asks for what no other would. */
import { request, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';

import type { Distribution } from '../support/distributions.ts';
import { startProvpinToServe } from '../support/run-provpin.ts';
import type { RunOptions, RunResult } from '../support/workspace.ts';
import type { Setting } from './setting.ts';

export interface Answer {
  /** Zero where the connection was cut off before there was one. */
  readonly status: number;
  readonly phrase: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** Whether the answer came to its end. */
  readonly isWhole: boolean;
}

export interface AskOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface RunningProxy {
  readonly port: number;
  /** Base URL of its simple API, with a slash at the end. */
  readonly simpleUrl: string;
  /** Asks for a path, which is sent as it stands. */
  readonly ask: (path: string, options?: AskOptions) => Promise<Answer>;
  readonly page: (project: string, accept?: string) => Promise<Answer>;
  readonly file: (file: Distribution, options?: AskOptions) => Promise<Answer>;
  readonly stderrSoFar: () => string;
  /** Ends it; once it has ended, the same result again. */
  readonly end: (signal?: NodeJS.Signals) => Promise<RunResult>;
}

/** Starts the proxy in front of the setting's index, with its Sigstore instance and a report in JSON. */
export async function startProxy(
  { workspace, index }: Setting,
  args: readonly string[] = [],
  options: RunOptions = {},
): Promise<RunningProxy> {
  const ours = ['proxy', '--trusted-root', 'root.json', '--format', 'json', '-i', index.simpleUrl];
  const running = startProvpinToServe(workspace, [...ours, ...args], options);
  const simpleUrl = await running.whenSaid(/serving `(\S+)`/);
  const port = Number(new URL(simpleUrl).port);
  const ask: RunningProxy['ask'] = async (path, asked) => await askPort(port, path, asked);
  return {
    port,
    simpleUrl,
    ask,
    page: async (project, accept = JSON_PAGE) => await ask(`/simple/${project}/`, { headers: { accept } }),
    file: async (file, asked) => await ask(pathOf(file), asked),
    stderrSoFar: running.stderrSoFar,
    end: async (signal = 'SIGTERM') => {
      running.kill(signal);
      return await running.finished;
    },
  };
}

/** A page in JSON, as far as the tests look at it. */
interface Page {
  readonly meta: object;
  readonly files: readonly { readonly filename: string; readonly url: string; readonly hashes: object }[];
}

// Both ends are ours: the proxy has just written it.
export const parsePage: (text: string) => Page = JSON.parse;

export const JSON_PAGE = 'application/vnd.pypi.simple.v1+json';

/** Where the proxy has a file; of its metadata with `.metadata` at the end. */
export function pathOf({
  name,
  sha256,
  filename,
}: Pick<Distribution, 'name' | 'sha256' | 'filename'>): string {
  return `/files/${name}/${sha256}/${encodeURIComponent(filename)}`;
}

/** Asks for a path, which is sent as it stands. */
export async function askPort(
  port: number,
  path: string,
  { method = 'GET', headers = {} }: AskOptions = {},
): Promise<Answer> {
  return await new Promise((resolve, reject) => {
    const asking = request({ host: '127.0.0.1', port, path, method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      const finish = (): void =>
        resolve({
          status: response.statusCode ?? 0,
          phrase: response.statusMessage ?? '',
          headers: response.headers,
          body: Buffer.concat(chunks),
          isWhole: response.complete,
        });
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('error', finish); // cut
      response.once('end', finish);
    });
    asking.once('error', (error) => {
      if ('code' in error && error.code === 'ECONNRESET') resolve(CUT_OFF);
      else reject(error);
    });
    asking.end();
  });
}

/** A reset may come before the head of the answer is read. */
const CUT_OFF: Answer = { status: 0, phrase: '', headers: {}, body: Buffer.alloc(0), isWhole: false };

/** Begins to take what is at a path; nothing of it is read before somebody does. */
export async function beginToTake(
  port: number,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<IncomingMessage> {
  return await new Promise((resolve, reject) => {
    const asking = request({ host: '127.0.0.1', port, path, headers, agent: false });
    asking.once('response', resolve);
    asking.once('error', reject);
    asking.end();
  });
}
