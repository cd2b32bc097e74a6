import { lstatSync, readFileSync } from 'node:fs';
import type { SidecarFile } from '@postern/contract';
import { CommandError } from './command-error.ts';

/** True while a process with this id exists, under any owner. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** What a sidecar wrote of itself in its data directory. Null where it is not there, or is no sidecar's file. @throws CommandError `unsafe_storage` */
export function readSidecarFile(path: string): SidecarFile | null {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return null;
  const foreign = process.getuid !== undefined && stat.uid !== process.getuid();
  const loose = process.platform !== 'win32' && (stat.mode & 0o077) !== 0;
  if (!stat.isFile() || foreign || loose)
    throw new CommandError('unsafe_storage', `${path} must be your own file with mode 0600.`);
  return sidecarFile(readFileSync(path, 'utf8'));
}

function sidecarFile(text: string): SidecarFile | null {
  let file: Partial<Record<keyof SidecarFile, unknown>> | null;
  try {
    file = JSON.parse(text);
  } catch {
    return null;
  }
  const { pid, url, token, startedAt, version } = file ?? {};
  const texts = [token, startedAt, version].every((each) => typeof each === 'string' && each !== '');
  if (!texts || !Number.isSafeInteger(pid) || Number(pid) <= 0) return null;
  // The token goes nowhere but to this machine, whatever the file says.
  if (typeof url !== 'string' || !/^http:\/\/127\.0\.0\.1:\d{1,5}$/.test(url)) return null;
  return { pid, url, token, startedAt, version } as SidecarFile;
}
