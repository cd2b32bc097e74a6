import { readFileSync } from 'node:fs';
import { endianness } from 'node:os';

/** The two ends of a connection on 127.0.0.1, by port. */
export interface LoopbackConnection {
  /** Of the program that connected. */
  readonly peerPort: number | undefined;
  /** Ours. */
  readonly ownPort: number | undefined;
}

const tables = '/proc/net/tcp';

/**
 * Whether a program of another user is at the other end of a connection on 127.0.0.1. Linux knows; where it cannot be known, the
 * answer is false. Root may read everything of ours anyway and is no other user here.
 * Source: https://docs.kernel.org/networking/proc_net_tcp.html.
 */
export function isOfAnotherUser(connection: LoopbackConnection, ownUid = process.getuid?.()): boolean {
  if (process.platform !== 'linux' || ownUid === undefined) return false;
  let table: string;
  try {
    table = readFileSync(tables, 'latin1');
  } catch {
    return false;
  }
  const uid = uidOfPeer(table, connection);
  return uid !== null && uid !== ownUid && uid !== 0;
}

/** The user whose socket is the other end, out of the kernel's table; null where it is not in it. */
export function uidOfPeer(table: string, { peerPort, ownPort }: LoopbackConnection): number | null {
  if (peerPort === undefined || ownPort === undefined) return null;
  const line = new RegExp(String.raw`^ *\d+: ${end(peerPort)} ${end(ownPort)} (?:\S+ +){4}(\d+) `, 'm');
  const uid = line.exec(table)?.[1];
  return uid === undefined ? null : Number(uid);
}

/** 127.0.0.1 and a port as the table writes them: the address in the machine's byte order. */
function end(port: number): string {
  const address = endianness() === 'LE' ? '0100007F' : '7F000001';
  return `${address}:${port.toString(16).toUpperCase().padStart(4, '0')}`;
}
