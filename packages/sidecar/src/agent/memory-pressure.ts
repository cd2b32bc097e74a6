import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Room for a few programs of 180 to 240 MB; with less left, waiting ones are the first to go. */
const leastAvailableBytes = 1024 ** 3;
/** 1 is normal, 2 a warning, 4 critical. Source: XNU, `kern_memorystatus.h`. */
const normalPressure = 1;

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
