import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { endianness } from 'node:os';
import { expect, test } from 'vitest';
import { connectionOf, isOfAnotherProcess, isOfAnotherUser, socketOfPeer } from './loopback-peer.ts';

const here = endianness() === 'LE' ? '0100007F' : '7F000001';
/** 8765 is 223D, 50000 is C350, 80 is 0050. */
const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: ${here}:223D 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 11 1 0000000000000000 100 0 0 10 0
   1: ${here}:223D ${here}:C350 01 00000000:00000000 00:00000000 00000000  1000        0 12 1 0000000000000000 20 4 30 10 -1
   2: ${here}:C350 ${here}:223D 01 00000000:00000000 00:00000000 00000000  1001        0 13 1 0000000000000000 20 4 30 10 -1
 103: ${here}:0050 ${here}:C350 01 00000000:00000000 02:0000A8C0 00000000     0        0 14 2 0000000000000000 20 4 30 10 -1
`;

test('the socket at the other end is the one that connected, not ours', () => {
  expect(socketOfPeer(table, { peerPort: 50_000, ownPort: 8765 })).toEqual({ uid: 1001, inode: 13 });
  expect(socketOfPeer(table, { peerPort: 8765, ownPort: 50_000 })).toEqual({ uid: 1000, inode: 12 });
  expect(socketOfPeer(table, { peerPort: 80, ownPort: 50_000 })).toEqual({ uid: 0, inode: 14 });
});

test('what is not in the table is not known', () => {
  expect(socketOfPeer(table, { peerPort: 50_001, ownPort: 8765 })).toBeNull();
  expect(socketOfPeer(table, { peerPort: undefined, ownPort: 8765 })).toBeNull();
  expect(socketOfPeer('', { peerPort: 50_000, ownPort: 8765 })).toBeNull();
});

test('a connection of our own is ours, and would be another’s for anybody else but root', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const accepted = once(server, 'connection');
  const address = server.address();
  const client = connect(typeof address === 'object' && address !== null ? address.port : 0, '127.0.0.1');
  const [socket] = await accepted;
  const connection = connectionOf(socket);
  expect(await isOfAnotherUser(connection)).toBe(false);
  const asked = await isOfAnotherUser(connection, 4_242_424);
  expect(asked).toBe(process.platform === 'linux' && process.getuid?.() !== 0);
  client.destroy();
  server.close();
});

test('a connection is of the process that made it, and of none that this one started', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const program = `require('node:net').connect(${port}, '127.0.0.1'); process.stdin.resume()`;
  const child = spawn(process.execPath, ['-e', program], { stdio: ['pipe', 'ignore', 'inherit'] });
  const [socket] = (await once(server, 'connection')) as [Socket];
  const connection = connectionOf(socket);
  const isKnown = process.platform === 'linux';
  expect(await isOfAnotherProcess(connection, child.pid ?? 0)).toBe(false);
  expect(await isOfAnotherProcess(connection, process.pid)).toBe(isKnown);
  const ended = spawn(process.execPath, ['-e', '0']);
  await once(ended, 'exit');
  expect(await isOfAnotherProcess(connection, ended.pid ?? 0)).toBe(isKnown);
  child.kill();
  await once(child, 'exit');
  server.close();
});

test('looking for the other end does not hold up what else this process does', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const client = connect(port, '127.0.0.1');
  const [socket] = (await once(server, 'connection')) as [Socket];
  let isFound = false;
  const found = isOfAnotherProcess(connectionOf(socket), process.pid).then(() => {
    isFound = true;
  });
  await Promise.resolve();
  expect(isFound).toBe(process.platform !== 'linux');
  await found;
  client.destroy();
  server.close();
});

test.each<readonly [what: string, options: { readonly host: string; readonly localAddress?: string }]>([
  ['an IPv6 socket', { host: '::ffff:127.0.0.1' }],
  ['another address of this machine', { host: '127.0.0.1', localAddress: '127.0.0.2' }],
])('a connection through %s is not taken for that of another process', async (_what, options) => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const accepted = once(server, 'connection');
  const client = connect({ port: (server.address() as AddressInfo).port, ...options });
  const [socket] = (await accepted) as [Socket];
  const connection = connectionOf(socket);
  const isKnown = process.platform === 'linux';
  expect(await isOfAnotherProcess(connection, 1)).toBe(isKnown);
  // Only a program that is not one of ours takes another address than the usual one.
  expect(await isOfAnotherProcess(connection, process.pid)).toBe(
    isKnown && options.localAddress !== undefined,
  );
  expect(await isOfAnotherUser(connection, 4_242_424)).toBe(
    isKnown && (process.getuid?.() !== 0 || options.localAddress !== undefined),
  );
  client.destroy();
  server.close();
});
