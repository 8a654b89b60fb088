import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';

import { messageOf } from '../../src/errors.ts';
import { startServer } from '../../src/proxy/server.ts';

test('a connection on which nothing moves is reset, and does not seem to have come to its end', async () => {
  const { port, close } = await startServer(
    0,
    async (_, response) => {
      response.write('the beginning');
      await once(response, 'close');
    },
    100,
  );
  onTestFinished(close);
  const socket = connect(port, '127.0.0.1').resume();
  socket.write(`GET / HTTP/1.0\r\nHost: 127.0.0.1:${port}\r\n\r\n`);
  expect(await once(socket, 'end').then(() => 'ended', messageOf)).toContain('ECONNRESET');
});
