import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { endianness } from 'node:os';
import { expect, test } from 'vitest';
import { isOfAnotherUser, uidOfPeer } from './peer-user.ts';

const here = endianness() === 'LE' ? '0100007F' : '7F000001';
/** 8765 is 223D, 50000 is C350, 80 is 0050. */
const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: ${here}:223D 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 11 1 0000000000000000 100 0 0 10 0
   1: ${here}:223D ${here}:C350 01 00000000:00000000 00:00000000 00000000  1000        0 12 1 0000000000000000 20 4 30 10 -1
   2: ${here}:C350 ${here}:223D 01 00000000:00000000 00:00000000 00000000  1001        0 13 1 0000000000000000 20 4 30 10 -1
 103: ${here}:0050 ${here}:C350 01 00000000:00000000 02:0000A8C0 00000000     0        0 14 2 0000000000000000 20 4 30 10 -1
`;

test('the user at the other end is the owner of the socket that connected, not of ours', () => {
  expect(uidOfPeer(table, { peerPort: 50_000, ownPort: 8765 })).toBe(1001);
  expect(uidOfPeer(table, { peerPort: 8765, ownPort: 50_000 })).toBe(1000);
  expect(uidOfPeer(table, { peerPort: 80, ownPort: 50_000 })).toBe(0);
});

test('what is not in the table is not known', () => {
  expect(uidOfPeer(table, { peerPort: 50_001, ownPort: 8765 })).toBeNull();
  expect(uidOfPeer(table, { peerPort: undefined, ownPort: 8765 })).toBeNull();
  expect(uidOfPeer('', { peerPort: 50_000, ownPort: 8765 })).toBeNull();
});

test('a connection of our own is ours, and would be another’s for anybody else but root', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const accepted = once(server, 'connection');
  const address = server.address();
  const client = connect(typeof address === 'object' && address !== null ? address.port : 0, '127.0.0.1');
  const [socket] = await accepted;
  const connection = { peerPort: client.localPort ?? socket.remotePort, ownPort: socket.localPort };
  expect(isOfAnotherUser(connection)).toBe(false);
  const asked = isOfAnotherUser(connection, 4_242_424);
  expect(asked).toBe(process.platform === 'linux' && process.getuid?.() !== 0);
  client.destroy();
  server.close();
});
