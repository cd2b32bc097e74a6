import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { endianness } from 'node:os';

/** The two ends of a connection on 127.0.0.1, by port. */
export interface LoopbackConnection {
  /** Of the program that connected. */
  readonly peerPort: number | undefined;
  /** Ours. */
  readonly ownPort: number | undefined;
}

/** A socket in the kernel's table: its user and its number. */
export interface KernelSocket {
  readonly uid: number;
  readonly inode: number;
}

/**
 * Whether a program of another user is at the other end of a connection on 127.0.0.1. Linux knows; where it cannot be known, the
 * answer is false. Root may read everything of ours anyway and is no other user here.
 */
export function isOfAnotherUser(connection: LoopbackConnection, ownUid = process.getuid?.()): boolean {
  const socket = ownUid === undefined ? null : peerSocket(connection);
  return socket !== null && socket.uid !== ownUid && socket.uid !== 0;
}

/**
 * Whether another process than `pid` is at the other end of a connection on 127.0.0.1, one that `pid` started included. Linux knows; where
 * it cannot be known, the answer is false. Of a process that has ended, no connection is.
 */
export function isOfAnotherProcess(connection: LoopbackConnection, pid: number): boolean {
  const socket = peerSocket(connection);
  if (socket === null) return false;
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

function peerSocket(connection: LoopbackConnection): KernelSocket | null {
  if (process.platform !== 'linux') return null;
  try {
    return socketOfPeer(readFileSync('/proc/net/tcp', 'latin1'), connection);
  } catch {
    return null;
  }
}

/**
 * The socket of the other end, out of the kernel's table; null where it is not in it.
 * Source: https://docs.kernel.org/networking/proc_net_tcp.html.
 */
export function socketOfPeer(table: string, { peerPort, ownPort }: LoopbackConnection): KernelSocket | null {
  if (peerPort === undefined || ownPort === undefined) return null;
  const ends = `${end(peerPort)} ${end(ownPort)}`;
  const found = new RegExp(String.raw`^ *\d+: ${ends} (?:\S+ +){4}(\d+) +\d+ +(\d+) `, 'm').exec(table);
  return found === null ? null : { uid: Number(found[1]), inode: Number(found[2]) };
}

/** 127.0.0.1 and a port as the table writes them: the address in the machine's byte order. */
function end(port: number): string {
  const address = endianness() === 'LE' ? '0100007F' : '7F000001';
  return `${address}:${port.toString(16).toUpperCase().padStart(4, '0')}`;
}
