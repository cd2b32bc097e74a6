import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Which connections may be ended to make room. */
export interface ConnectionLimits {
  /** Keeps a connection for good: a request on it showed the token. */
  trust(socket: Socket): void;
  /** Keeps a connection until `response` is done: its request may be answered without a token. Of too many the oldest goes first. */
  attend(socket: Socket, response: ServerResponse): void;
}

/**
 * Bounds the connections that have shown no token. One more ends the oldest of them, so that thousands of idle connections cost a
 * bounded amount and the user's next request still finds a free place. Node takes in one connection each turn of its event loop
 * and reads the others meanwhile: a client that sends at once is read before that many more have connected.
 */
export function limitConnections(server: Server, maxStrangers: number): ConnectionLimits {
  const strangers = new Set<Socket>();
  const attended = new Set<Socket>();
  server.on('connection', (socket) => {
    strangers.add(socket);
    socket.once('close', () => {
      strangers.delete(socket);
      attended.delete(socket);
    });
    if (strangers.size > maxStrangers) oldestOf(strangers)?.destroy();
  });
  return {
    trust(socket) {
      strangers.delete(socket);
      attended.delete(socket);
    },
    attend(socket, response) {
      if (!strangers.delete(socket)) return;
      attended.add(socket);
      response.once('close', () => {
        if (attended.delete(socket)) strangers.add(socket);
      });
      if (attended.size <= maxStrangers / 4) return;
      const oldest = oldestOf(attended);
      if (oldest !== undefined) strangers.add(oldest);
    },
  };
}

/** Takes the oldest one out. */
function oldestOf(sockets: Set<Socket>): Socket | undefined {
  const oldest = sockets.values().next().value;
  if (oldest !== undefined) sockets.delete(oldest);
  return oldest;
}
