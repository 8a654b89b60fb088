import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { inputError, messageOf } from '../errors.ts';
import { cutOff } from './cut-off.ts';
import type { Handler } from './handler.ts';

export interface RunningServer {
  readonly port: number;
  /** Ends every connection at once, and waits for what was under way. */
  readonly close: () => Promise<void>;
}

const HOST = '127.0.0.1';
const IDLE = 120_000;
const MAX_CONNECTIONS = 1_024;

/**
 * Serves on the loopback interface, and on no other.
 *
 * @param port 0 for any that is free
 * @param idle milliseconds without a byte either way, after which a connection is ended
 * @throws ProvpinError, exit code 2, when it cannot listen there
 */
export async function startServer(port: number, handle: Handler, idle = IDLE): Promise<RunningServer> {
  const underWay = new Map<ServerResponse, Promise<void>>();
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    response.on('error', () => undefined); // a client that has gone; whoever writes sees that, too
    const handled = handle(request, response).finally(() => underWay.delete(response));
    underWay.set(response, handled);
  };
  const server = createServer({ requestTimeout: 30_000 }, listener);
  server.maxConnections = MAX_CONNECTIONS;
  server.setTimeout(idle, (socket) => socket.resetAndDestroy());
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, HOST, resolve);
    });
  } catch (error) {
    throw inputError('port', `the proxy cannot listen on port ${port}: ${messageOf(error)}`, [
      '`--port 0`, which is the default, takes one that is free',
    ]);
  }
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    close: async () => {
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      const handled = [...underWay.values()];
      for (const response of underWay.keys()) cutOff(response);
      server.closeAllConnections();
      await closed;
      await Promise.allSettled(handled);
    },
  };
}
