import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A program that runs for the agent of this process. */
interface RecordedChild {
  readonly pid: number;
  readonly tempDir: string;
}

/** Where this process records its children. */
export function childrenPath(dataDir: string): string {
  return join(dataDir, `children-${process.pid}.json`);
}

/** The children that the agent recorded as running. */
export function recorded(dataDir: string): readonly RecordedChild[] {
  const path = childrenPath(dataDir);
  if (!existsSync(path)) return [];
  return (JSON.parse(readFileSync(path, 'utf8')) as { readonly children: RecordedChild[] }).children;
}
