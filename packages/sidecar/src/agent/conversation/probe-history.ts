import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Enough for a full disk to show itself, and no work for one that is not. */
const probe = Buffer.alloc(64 * 1024);

/**
 * Whether a conversation can be saved below `configDir` now; where not, the system's word for why (`ENOSPC`, `EROFS`, `EACCES`). The program goes
 * on without a word where it cannot write, so it is tried by writing.
 */
export async function probeHistory(configDir: string): Promise<string | null> {
  const path = join(configDir, `.write-probe-${process.pid}`);
  try {
    const file = await open(path, 'w', 0o600);
    try {
      await file.write(probe);
    } finally {
      await file.close();
    }
    return null;
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    // Not made yet: the program's start says so where it cannot be made.
    return code === 'ENOENT' ? null : code;
  } finally {
    await rm(path, { force: true }).catch(() => undefined);
  }
}
