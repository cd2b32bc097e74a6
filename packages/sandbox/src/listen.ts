import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Servers on one loopback port, without a listener for requests until `serve`. */
export interface Listening {
  readonly port: number;
  /** The one on 127.0.0.1. */
  readonly server: Server;
  serve(listener: RequestListener): void;
  close(): Promise<void>;
}

/**
 * Listens on 127.0.0.1, and for `localhost` on [::1] with the same port where the machine has it.
 * @throws the system's error (`EADDRINUSE`, …) where 127.0.0.1 cannot be had
 */
export async function listen(port: number, host: '127.0.0.1' | 'localhost'): Promise<Listening> {
  const first = createServer();
  await listening(first, port, '127.0.0.1');
  const chosen = (first.address() as AddressInfo).port;
  const servers = [first];
  if (host === 'localhost') {
    const second = createServer();
    try {
      await listening(second, chosen, '::1');
      servers.push(second);
    } catch {
      // No IPv6 here, or the port is taken there: the name still reaches 127.0.0.1.
    }
  }
  return {
    port: chosen,
    server: first,
    serve: (listener) => {
      for (const server of servers) server.on('request', listener);
    },
    close: async () => {
      await Promise.all(
        servers.map(async (server) => {
          const closed = once(server, 'close');
          server.close();
          server.closeAllConnections();
          await closed;
        }),
      );
    },
  };
}

async function listening(server: Server, port: number, host: string): Promise<void> {
  server.listen({ port, host, exclusive: true });
  await once(server, 'listening');
}
