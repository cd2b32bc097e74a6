import {
  chmodSync,
  type FSWatcher,
  lstatSync,
  readFileSync,
  renameSync,
  rmSync,
  watch,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { type SidecarFile, sidecarFileSchema } from '@postern/contract';

const name = 'sidecar.json';

/** When the file is looked at and written again, in milliseconds. */
export interface SidecarFileTimes {
  /** Time for another process to finish replacing the file. */
  readonly settleMs: number;
  /** Written again at most this often. */
  readonly shortestIntervalMs: number;
  /** Looked at this often where the system cannot watch it. */
  readonly unwatchedIntervalMs: number;
}

const usualTimes: SidecarFileTimes = {
  settleMs: 100,
  shortestIntervalMs: 1_000,
  unwatchedIntervalMs: 5_000,
};

/** Writes `<dataDir>/sidecar.json` (0600): new file, then rename, so that a reader never sees half of one. */
function writeSidecarFile(dataDir: string, file: SidecarFile): void {
  const path = join(dataDir, name);
  const temporary = `${path}.${file.pid}.new`;
  rmSync(temporary, { force: true });
  writeFileSync(temporary, `${JSON.stringify(file)}\n`, { mode: 0o600, flag: 'wx' });
  chmodSync(temporary, 0o600);
  renameSync(temporary, path);
}

/** Removes it, if it is still the one of this process. */
function removeSidecarFile(dataDir: string, pid: number): void {
  if (readSidecarFile(dataDir)?.pid === pid) rmSync(join(dataDir, name), { force: true });
}

/** The file of a sidecar that runs or ran here; null where there is none, or one that others could have written. */
export function readSidecarFile(dataDir: string): SidecarFile | null {
  const path = join(dataDir, name);
  try {
    const stat = lstatSync(path);
    const foreign = process.getuid !== undefined && stat.uid !== process.getuid();
    if (!stat.isFile() || foreign || (process.platform !== 'win32' && (stat.mode & 0o077) !== 0)) return null;
    const file = sidecarFileSchema.safeParse(JSON.parse(readFileSync(path, 'utf8')));
    // The token goes nowhere but to this machine, whatever the file says.
    return file.success && /^http:\/\/127\.0\.0\.1:\d{1,5}$/.test(file.data.url) ? file.data : null;
  } catch {
    return null;
  }
}

/**
 * Writes `<dataDir>/sidecar.json` and writes it again whenever it is deleted or damaged, until the result is called: without it nothing finds
 * the sidecar that runs, and `postern stop` could not stop it. Watches that one file, so that writing the database beside it costs nothing.
 * @throws Error of the file system, for the first time only
 */
export function keepSidecarFile(
  dataDir: string,
  file: SidecarFile,
  log: (line: string) => void,
  { settleMs, shortestIntervalMs, unwatchedIntervalMs }: SidecarFileTimes = usualTimes,
): () => void {
  let watcher: FSWatcher | null = null;
  let timer: NodeJS.Timeout | null = null;
  let writtenAt = 0;

  function write(): void {
    writtenAt = performance.now();
    writeSidecarFile(dataDir, file);
  }
  function lookIn(delayMs: number): void {
    timer ??= setTimeout(look, delayMs).unref();
  }
  function look(): void {
    timer = null;
    watcher?.close();
    try {
      if (readSidecarFile(dataDir) === null) {
        write();
        log('sidecar.json was deleted or damaged; it was written again');
      }
      watcher = watch(join(dataDir, name), { persistent: false }, changed).on('error', changed);
    } catch (error) {
      log(`sidecar.json is not watched: ${(error as NodeJS.ErrnoException).code ?? 'unknown'}`);
      lookIn(unwatchedIntervalMs);
    }
  }
  function changed(): void {
    lookIn(Math.max(settleMs, writtenAt + shortestIntervalMs - performance.now()));
  }

  write();
  look();
  return () => {
    watcher?.close();
    if (timer !== null) clearTimeout(timer);
    removeSidecarFile(dataDir, file.pid);
  };
}
