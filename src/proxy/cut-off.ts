import type { ServerResponse } from 'node:http';

/**
 * Ends an answer that must not pass for a whole one. By a reset: where the end of the connection is that of the file (HTTP/1.0; RFC
 * 9112, 6.3), one that is only closed would be just that.
 */
export function cutOff(response: ServerResponse): void {
  // Not the response's own, which it has only when those before it on the connection are through.
  response.req.socket.resetAndDestroy();
  response.destroy();
}
