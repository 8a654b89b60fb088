/** Programs of Node.js that serve until they are told to end, and what they took. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { readUsage, USAGE, type Usage } from './measure.ts';

export interface Serving {
  /** Of its simple API. */
  readonly url: string;
  /** Ends it. */
  readonly end: () => Promise<Pick<Usage, 'cpu' | 'memory'>>;
}

/**
 * Starts one that says `serving` and its URL, in backticks, on stderr.
 *
 * @param cwd where it runs, and leaves behind what it took
 */
export async function startServing(args: readonly string[], cwd: string): Promise<Serving> {
  const usage = join(cwd, 'usage-of-server.json');
  const child = spawn(process.execPath, ['--require', USAGE, ...args], {
    cwd,
    env: { PATH: process.env['PATH'] ?? '', HOME: cwd, PROVPIN_BENCH_USAGE: usage },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  const url = await new Promise<string>((resolve, reject) => {
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString('utf8');
      const [, found] = /serving `(\S+)`/.exec(said) ?? [];
      if (found !== undefined) resolve(found);
    });
    child.once('close', () => reject(new Error(`${args.join(' ')}: ended at once\n${said}`)));
  });
  return {
    url,
    end: async () => {
      const closed = once(child, 'close');
      child.kill('SIGTERM');
      await closed;
      return await readUsage(usage);
    },
  };
}

/** The other side: serves on the loopback interface, says so, and ends when it is told to. */
export async function serve(listener: RequestListener): Promise<void> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  process.stderr.write(`serving \`http://127.0.0.1:${address.port}/simple/\`\n`);
  process.on('SIGTERM', () => process.exit());
}
