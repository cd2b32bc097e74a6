import { connect } from 'node:net';

/** Sends exactly these bytes and gives every byte that comes back until the other side closes, or for two seconds. */
export async function rawExchange(url: string, bytes: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const { promise, resolve } = Promise.withResolvers<string>();
  let came = '';
  const socket = connect(Number(port), hostname, () => socket.write(bytes));
  socket.setEncoding('utf8').setTimeout(2_000, () => socket.destroy());
  socket.on('data', (text: string) => {
    came += text;
  });
  // A reset after the answer is the server's right; before it, nothing came.
  socket.on('error', () => undefined);
  socket.on('close', () => resolve(came));
  return await promise;
}
