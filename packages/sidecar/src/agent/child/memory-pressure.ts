import { execFile } from 'node:child_process';
import { availableParallelism, totalmem } from 'node:os';
import { promisify } from 'node:util';

/** Room for a few programs of 180 to 240 MB; with less left, waiting ones are the first to go. */
const leastAvailableBytes = 1024 ** 3;
/** 1 is normal, 2 a warning, 4 critical. Source: XNU, `kern_memorystatus.h`. */
const normalPressure = 1;

/** Of the memory of a machine, for each query that runs: a program of 240 MB, what its tools start, and the rest of what the user does. */
const bytesForOne = 2 * 1024 ** 3;
/** A program starts in about a third of a second of one core, and its tools work at the same time. */
const forOneCore = 2;
const [leastRunning, mostEver] = [2, 8];

/** How many queries may run at once on a machine: 4 with 8 GB and 2 cores, never fewer than 2 or more than 8. Pure. */
export function mostRunning({ bytes, cores }: Machine): number {
  // What a machine calls 8 GB is a little less by the time a program can ask.
  const most = Math.min(Math.round(bytes / bytesForOne), cores * forOneCore);
  return Math.min(mostEver, Math.max(leastRunning, most));
}

/** What a machine, or the container, has. */
export interface Machine {
  readonly bytes: number;
  readonly cores: number;
}

/** The machine, or the container, that we run on. */
export function ourMachine(): Machine {
  const limit = process.constrainedMemory();
  return { bytes: limit > 0 ? Math.min(limit, totalmem()) : totalmem(), cores: availableParallelism() };
}

/** What the machine says of its memory. */
export interface MemoryLook {
  readonly platform: NodeJS.Platform;
  /** Bytes that can be had without swapping, within the limit of the container. */
  available(): number;
  /** The level of `kern.memorystatus_vm_pressure_level`, as text. */
  darwinPressure(): Promise<string>;
}

const thisMachine: MemoryLook = {
  platform: process.platform,
  available: () => process.availableMemory(),
  darwinPressure: async () => {
    const question = ['-n', 'kern.memorystatus_vm_pressure_level'];
    return (await promisify(execFile)('/usr/sbin/sysctl', question, { timeout: 2_000 })).stdout;
  },
};

/**
 * Whether memory is short. macOS keeps hardly any memory free and gives back what it caches on demand, so there its own word counts;
 * where that cannot be had, it is not short.
 */
export async function isMemoryShort(look: MemoryLook = thisMachine): Promise<boolean> {
  if (look.platform !== 'darwin') return look.available() < leastAvailableBytes;
  const level = await look.darwinPressure().catch(() => '');
  return Number.parseInt(level, 10) > normalPressure;
}
