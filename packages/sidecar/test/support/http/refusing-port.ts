import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';

/**
 * A loopback port that refuses connections until it is disposed of.
 *
 * A connection holds it as its own end: a port that was only given back is soon another test's server.
 */
export async function holdRefusingPort(): Promise<AsyncDisposable & { readonly port: number }> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const holder = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [[farEnd]] = await Promise.all([once(server, 'connection'), once(holder, 'connect')]);
  return {
    port: (holder.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      holder.destroy();
      farEnd.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
