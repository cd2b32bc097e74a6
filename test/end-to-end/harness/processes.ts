import { readdirSync, readFileSync } from 'node:fs';

/** A process as `/proc` shows it. */
export interface ProcessSeen {
  readonly pid: number;
  readonly command: string;
}

/**
 * Every process but this one whose command line or environment names a folder: whatever Postern starts carries its data directory
 * in one of the two, a tool's grandchild included.
 */
export function processesOf(folder: string): readonly ProcessSeen[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((name): readonly ProcessSeen[] => {
      const [command, environment] = [read(name, 'cmdline'), read(name, 'environ')];
      const names = command.includes(folder) || environment.includes(folder);
      return names ? [{ pid: Number(name), command: command.replaceAll('\0', ' ').trim() }] : [];
    });
}

/** Bytes of memory that a process holds and that are its own or shared (resident set). */
export function residentBytes(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(read(String(pid), 'status'))?.[1];
  return Number(kilobytes ?? 0) * 1024;
}

/** Empty where the process has ended meanwhile. */
function read(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
