import { statfsSync } from 'node:fs';

/**
 * File systems that another machine, or another path of this one, may show as well: the kernel's locks need not hold between the two.
 * Source: Linux 6.12, include/uapi/linux/magic.h; FUSE, NFS, SMB and CIFS have theirs in statfs(2).
 */
const sharedTypes: ReadonlyMap<number, string> = new Map([
  [0x65735546, 'FUSE'],
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xff534d42, 'SMB (CIFS)'],
  [0xfe534d42, 'SMB 2'],
  [0x01021997, '9P'],
  [0x00c36400, 'Ceph'],
  [0x5346414f, 'AFS'],
]);

/** What is wrong with a data directory on a file system that may be shared; null: nothing. On Linux only, where the types have numbers. */
export function sharedFileSystemWarning(
  path: string,
  typeOf: (path: string) => number = (each) => statfsSync(each).type,
): string | null {
  if (process.platform !== 'linux') return null;
  let type: number;
  try {
    type = typeOf(path);
  } catch {
    return null;
  }
  const name = sharedTypes.get(type);
  if (name === undefined) return null;
  return `${path} is on a ${name} file system. Where it is seen from two machines, or by two paths, two Posterns may renew the same sign-in at once, and the server may end it.`;
}
