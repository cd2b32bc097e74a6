import { readdirSync, readlinkSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { endianness } from 'node:os';

/** The kernel hands out about a page of a table at a time. */
const pieceBytes = 16 * 1024;

/** The two ends of a connection to our port on 127.0.0.1. */
export interface LoopbackConnection {
  /** Of the program that connected, as the connection has it. */
  readonly peerAddress: string | undefined;
  readonly peerPort: number | undefined;
  /** Ours. */
  readonly ownPort: number | undefined;
}

/** The connection of a socket that was accepted. */
export function connectionOf({ remoteAddress, remotePort, localPort }: Socket): LoopbackConnection {
  return { peerAddress: remoteAddress, peerPort: remotePort, ownPort: localPort };
}

/** A socket in the kernel's table: its user and its number. */
export interface KernelSocket {
  readonly uid: number;
  readonly inode: number;
}

/**
 * Whether a program of another user is at the other end. Linux knows; where it cannot be known, the answer is false. Root may read everything
 * of ours anyway and is no other user here.
 */
export async function isOfAnotherUser(
  connection: LoopbackConnection,
  ownUid = process.getuid?.(),
): Promise<boolean> {
  const socket = ownUid === undefined ? null : await peerSocket(connection);
  return socket === 'strange' || (socket !== null && socket.uid !== ownUid && socket.uid !== 0);
}

/**
 * Whether another process than `pid` is at the other end, one that `pid` started included. Linux knows; where it cannot be known, the answer
 * is false. Of a process that has ended, no connection is.
 */
export async function isOfAnotherProcess(connection: LoopbackConnection, pid: number): Promise<boolean> {
  const socket = await peerSocket(connection);
  if (socket === null) return false;
  if (socket === 'strange') return true;
  const folder = `/proc/${pid}/fd`;
  let names: readonly string[];
  try {
    names = readdirSync(folder);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ENOENT';
  }
  const link = `socket:[${socket.inode}]`;
  return !names.some((name) => linkOf(`${folder}/${name}`) === link);
}

function linkOf(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch {
    // Closed since the folder was read.
    return null;
  }
}

/** `strange`: from an address that none of our programs takes, and that the kernel lists under another name. Null: not known. */
async function peerSocket(connection: LoopbackConnection): Promise<KernelSocket | 'strange' | null> {
  if (process.platform !== 'linux' || connection.peerAddress === undefined) return null;
  if (connection.peerAddress !== '127.0.0.1') return 'strange';
  // A program may reach an IPv4 port through an IPv6 socket; it is in the other table then.
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    const socket = await socketInTable(table, connection);
    if (socket !== null) return socket;
  }
  return null;
}

/**
 * Reads a table piece by piece, and no further than to the socket: the kernel goes through all its buckets for a table, 6 ms where there are
 * 262,144 of them, and writes out every connection of the machine. Another thread waits for it.
 */
async function socketInTable(path: string, connection: LoopbackConnection): Promise<KernelSocket | null> {
  let table: FileHandle | null = null;
  try {
    table = await open(path);
    const piece = Buffer.allocUnsafe(pieceBytes);
    let begun = '';
    for (;;) {
      const { bytesRead } = await table.read(piece, 0, pieceBytes, null);
      const lines = begun + piece.toString('latin1', 0, bytesRead);
      const socket = socketOfPeer(lines, connection);
      if (socket !== null || bytesRead === 0) return socket;
      begun = lines.slice(lines.lastIndexOf('\n') + 1);
    }
  } catch {
    return null;
  } finally {
    await table?.close();
  }
}

/**
 * The socket of the other end, out of lines of the kernel's table of IPv4 or IPv6; null where it is not in them.
 * Source: https://docs.kernel.org/networking/proc_net_tcp.html.
 */
export function socketOfPeer(
  table: string,
  { peerPort, ownPort }: Omit<LoopbackConnection, 'peerAddress'>,
): KernelSocket | null {
  if (peerPort === undefined || ownPort === undefined) return null;
  const ends = `${end(peerPort)} ${end(ownPort)}`;
  const found = new RegExp(String.raw`^ *\d+: ${ends} (?:\S+ +){4}(\d+) +\d+ +(\d+) `, 'm').exec(table);
  return found === null ? null : { uid: Number(found[1]), inode: Number(found[2]) };
}

/**
 * 127.0.0.1 and a port as the tables write them: the address in the machine's byte order, four bytes at a time; in the table of IPv6 it stands
 * at the end of `::ffff:127.0.0.1`.
 */
function end(port: number): string {
  const [address, prefix] =
    endianness() === 'LE'
      ? ['0100007F', '0000000000000000FFFF0000']
      : ['7F000001', '00000000000000000000FFFF'];
  return `(?:${prefix})?${address}:${port.toString(16).toUpperCase().padStart(4, '0')}`;
}
