import { lstatSync, readFileSync } from 'node:fs';
import type { SidecarFile, StartingFile } from '@postern/contract';
import { CommandError } from './command-error.ts';

/** True while a process with this id exists, under any owner. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !isDead(pid);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** True where it was stopped by a signal, such as that of Ctrl-Z; false where the system does not say. */
export function isStopped(pid: number): boolean {
  return stateOf(pid) === 'T';
}

/** Dead, and its parent has not waited for it: Linux counts it among the processes. */
function isDead(pid: number): boolean {
  return /^[ZXx]$/.test(stateOf(pid));
}

/** One letter; empty where the system does not say. Source: proc_pid_stat(5), field 3. */
function stateOf(pid: number): string {
  if (process.platform !== 'linux') return '';
  try {
    const line = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return line.charAt(line.lastIndexOf(')') + 2);
  } catch {
    return '';
  }
}

/** What a sidecar wrote of itself in its data directory. Null where it is not there, or is no sidecar's file. @throws CommandError `unsafe_storage` */
export function readSidecarFile(path: string): SidecarFile | null {
  const text = readOwn(path);
  return text === null ? null : sidecarFile(text);
}

/** What a start says of itself; `startedAt` is null where it said none. */
export interface StartingRecord extends Omit<StartingFile, 'startedAt'> {
  readonly startedAt: string | null;
}

/**
 * The process that starts in a data directory and cannot say yet where it listens; null where none wrote that. Only true while the directory
 * is held: a crash leaves it behind. @throws CommandError `unsafe_storage`
 */
export function readStartingFile(path: string): StartingRecord | null {
  const { pid, startedAt, waitsFor } = membersOf(readOwn(path) ?? '{}');
  if (!Number.isSafeInteger(pid) || Number(pid) <= 0) return null;
  return {
    pid: Number(pid),
    startedAt: typeof startedAt === 'string' && !Number.isNaN(Date.parse(startedAt)) ? startedAt : null,
    waitsFor: waitsFor === 'keychain' || waitsFor === 'passphrase' ? waitsFor : null,
  };
}

function readOwn(path: string): string | null {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return null;
  const foreign = process.getuid !== undefined && stat.uid !== process.getuid();
  const loose = process.platform !== 'win32' && (stat.mode & 0o077) !== 0;
  if (!stat.isFile() || foreign || loose)
    throw new CommandError('unsafe_storage', `${path} must be your own file with mode 0600.`);
  return readFileSync(path, 'utf8');
}

function membersOf(text: string): Partial<Record<keyof SidecarFile | keyof StartingFile, unknown>> {
  try {
    const file: unknown = JSON.parse(text);
    return typeof file === 'object' && file !== null ? file : {};
  } catch {
    return {};
  }
}

function sidecarFile(text: string): SidecarFile | null {
  const { pid, url, token, startedAt, version } = membersOf(text);
  const texts = [token, startedAt, version].every((each) => typeof each === 'string' && each !== '');
  if (!texts || !Number.isSafeInteger(pid) || Number(pid) <= 0) return null;
  // The token goes nowhere but to this machine, whatever the file says.
  if (typeof url !== 'string' || !/^http:\/\/127\.0\.0\.1:\d{1,5}$/.test(url)) return null;
  return { pid, url, token, startedAt, version } as SidecarFile;
}
