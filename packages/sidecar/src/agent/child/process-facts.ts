import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { childMarkVariable } from './child-environment.ts';

/** What tells one process from another that later got the same number. */
export interface ProcessFacts {
  /** Opaque: equal for the same process, different for a later one. */
  readonly startedAt: string;
  /** Its command line, arguments joined by spaces. */
  readonly command: string;
}

const run = promisify(execFile);

/** Facts of a running process, or null if there is none. */
export async function processFacts(pid: number): Promise<ProcessFacts | null> {
  try {
    if (process.platform === 'linux') {
      const [stat, command] = await Promise.all([
        readFile(`/proc/${pid}/stat`, 'utf8'),
        readFile(`/proc/${pid}/cmdline`, 'utf8'),
      ]);
      return { startedAt: startTicks(stat), command: command.replaceAll('\0', ' ').trim() };
    }
    if (process.platform === 'win32') return null;
    const { stdout } = await run('ps', ['-o', 'lstart=,command=', '-p', String(pid)], { timeout: 2_000 });
    // `lstart` is always five words: Tue Nov 24 20:35:45 2026.
    const words = stdout.trim().split(/\s+/);
    return { startedAt: words.slice(0, 5).join(' '), command: words.slice(5).join(' ') };
  } catch {
    return null;
  }
}

/**
 * Every process that carries a child's mark, wherever it went: its own group, its own session, or init as its parent.
 * Linux only; elsewhere the process group is all there is to go by.
 * @param among looks at these alone; default: every process there is
 */
export async function markedProcesses(
  mark: string,
  among: readonly number[] | null = null,
): Promise<readonly number[]> {
  if (process.platform !== 'linux') return [];
  const wanted = `${childMarkVariable}=${mark}`;
  const marked = await Promise.all(
    (among ?? (await everyProcess())).map(async (pid) => {
      const environment = await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '');
      return environment.split('\0').includes(wanted) ? pid : null;
    }),
  );
  return marked.filter((pid) => pid !== null);
}

async function everyProcess(): Promise<readonly number[]> {
  const entries = await readdir('/proc').catch((): string[] => []);
  return entries.filter((name) => /^\d+$/.test(name)).map(Number);
}

/** Clock ticks since boot at which a process started. Source: proc(5), field 22 of /proc/<pid>/stat. */
export function startTicks(stat: string): string {
  // The second field is the program's name in parentheses and may hold anything.
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}
