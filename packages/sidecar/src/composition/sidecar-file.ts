import { chmodSync, lstatSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type SidecarFile, sidecarFileSchema } from '@postern/contract';

const name = 'sidecar.json';

/** Writes `<dataDir>/sidecar.json` (0600): new file, then rename, so that nobody ever reads half of one. */
export function writeSidecarFile(dataDir: string, file: SidecarFile): void {
  const path = join(dataDir, name);
  const temporary = `${path}.${file.pid}.new`;
  rmSync(temporary, { force: true });
  writeFileSync(temporary, `${JSON.stringify(file)}\n`, { mode: 0o600, flag: 'wx' });
  chmodSync(temporary, 0o600);
  renameSync(temporary, path);
}

/** Removes it, if it is still the one of this process. */
export function removeSidecarFile(dataDir: string, pid: number): void {
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
