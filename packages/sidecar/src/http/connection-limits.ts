import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Which connections may be ended to make room. */
export interface ConnectionLimits {
  /** Keeps a connection from being ended until `response` is done: its request showed the token. */
  trust(socket: Socket, response: ServerResponse): void;
}

/**
 * Bounds the connections that have shown no token. One more ends the oldest of them, so that thousands of idle connections
 * cost a bounded amount and the person's next request still finds a free place.
 */
export function limitConnections(server: Server, maxStrangers: number): ConnectionLimits {
  const strangers = new Set<Socket>();
  server.on('connection', (socket) => {
    strangers.add(socket);
    socket.once('close', () => strangers.delete(socket));
    if (strangers.size <= maxStrangers) return;
    for (const oldest of strangers) {
      strangers.delete(oldest);
      oldest.destroy();
      break;
    }
  });
  return {
    trust(socket, response) {
      strangers.delete(socket);
      response.once('close', () => {
        if (!socket.destroyed) strangers.add(socket);
      });
    },
  };
}
