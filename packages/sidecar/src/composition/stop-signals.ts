import { readFileSync } from 'node:fs';

/** What is known about how this process was started. */
export interface HowStarted {
  readonly stdoutIsTerminal: boolean;
  readonly stderrIsTerminal: boolean;
  /** `/proc/<parent>/status`; null where there is none. */
  readonly parentStatus: string | null;
}

/** Which signals ask this process to end, and which it lives through. */
export interface StopSignals {
  readonly ending: readonly NodeJS.Signals[];
  readonly ignored: readonly NodeJS.Signals[];
}

/** What asks a program to end. SIGHUP among them means that the terminal it was started in is gone. */
const all = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const hangUpNumber = 1;

/**
 * A signal that was ignored at the start should stay ignored, but Node puts every signal back to its default before any of our code runs, so
 * that nothing tells what `nohup` asked for. What `nohup` leaves behind does: neither output is a terminal, which is also how services and
 * embedding programs start us, and none of them means "end" by a hang-up. So SIGHUP ends only what writes to a terminal, and not where the
 * parent ignores it too, because a child inherits that (`trap '' HUP` in a script).
 * SIGINT and SIGTERM always end: a shell's background job that ignores SIGINT cannot be distinguished from a program that has no input.
 * Source: Node 24 src/node.cc, ResetSignalHandlers; POSIX.1-2024, nohup; both seen by trying, 2026-11-28.
 */
export function stopSignals({ stdoutIsTerminal, stderrIsTerminal, parentStatus }: HowStarted): StopSignals {
  const atTerminal = stdoutIsTerminal || stderrIsTerminal;
  if (atTerminal && !ignores(parentStatus, hangUpNumber)) return { ending: all, ignored: [] };
  return { ending: ['SIGINT', 'SIGTERM'], ignored: ['SIGHUP'] };
}

/** The signals that ask this process to end. The others do nothing from here on. */
export function endingSignals(): readonly NodeJS.Signals[] {
  const { ending, ignored } = stopSignals({
    stdoutIsTerminal: process.stdout.isTTY === true,
    stderrIsTerminal: process.stderr.isTTY === true,
    parentStatus: parentStatus(),
  });
  for (const signal of ignored) process.on(signal, () => undefined);
  return ending;
}

function parentStatus(): string | null {
  try {
    return readFileSync(`/proc/${process.ppid}/status`, 'utf8');
  } catch {
    return null;
  }
}

/** Whether a process ignores a signal. Source: proc_pid_status(5): SigIgn is a mask in hexadecimal, its lowest bit signal 1. */
function ignores(status: string | null, signal: number): boolean {
  const mask = /^SigIgn:\s*([0-9a-f]+)$/m.exec(status ?? '')?.[1] ?? '0';
  return ((BigInt(`0x${mask}`) >> BigInt(signal - 1)) & 1n) === 1n;
}
