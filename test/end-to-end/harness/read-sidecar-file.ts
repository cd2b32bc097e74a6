import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type SidecarFile, sidecarFileSchema } from '@postern/contract';

/** What a sidecar wrote down for others; null where none runs on this data directory. */
export function readSidecarFile(dataDir: string): SidecarFile | null {
  const path = join(dataDir, 'sidecar.json');
  return existsSync(path) ? sidecarFileSchema.parse(JSON.parse(readFileSync(path, 'utf8'))) : null;
}
