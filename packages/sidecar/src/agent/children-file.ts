import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { killGroup, killMarked } from './end-process.ts';
import { processFacts } from './process-facts.ts';

const recordSchema = z.object({
  pid: z.int().positive(),
  startedAt: z.string().min(1),
  program: z.string().min(1),
  mark: z.string().min(1),
});

/** A child that runs now, as the next start would have to know it. */
export type ChildRecord = z.infer<typeof recordSchema>;

function childrenFile(dataDir: string): string {
  return join(dataDir, 'children.json');
}

/** Keeps `<dataDir>/children.json` (0600) equal to the set of running children; writes are whole and in order. */
export class ChildrenFile {
  readonly #path: string;
  readonly #running = new Map<number, ChildRecord>();
  #writing: Promise<void> = Promise.resolve();

  constructor(dataDir: string) {
    this.#path = childrenFile(dataDir);
  }

  add(record: ChildRecord): void {
    this.#running.set(record.pid, record);
    this.#write();
  }

  remove(pid: number): void {
    if (this.#running.delete(pid)) this.#write();
  }

  /** Settles once everything so far is written. */
  written(): Promise<void> {
    return this.#writing;
  }

  #write(): void {
    this.#writing = this.#writing
      .then(async () => {
        const text = JSON.stringify([...this.#running.values()]);
        await writeFile(`${this.#path}.new`, text, { mode: 0o600 });
        await rename(`${this.#path}.new`, this.#path);
        // Without the record a crash leaves a child behind; that must not stop the query at hand.
      })
      .catch(() => undefined);
  }
}

/**
 * Ends what an earlier, killed sidecar left running: children whose number, start and program are the recorded ones, with
 * every process they started. A number that now belongs to somebody else is left alone. Gives how many were ended.
 */
export async function endLeftovers(dataDir: string): Promise<number> {
  const path = childrenFile(dataDir);
  const records = await readRecords(path);
  let ended = 0;
  for (const record of records) {
    const facts = await processFacts(record.pid);
    if (facts !== null && facts.startedAt === record.startedAt && facts.command.includes(record.program)) {
      killGroup(record.pid);
      ended += 1;
    }
    // The mark is random and lives nowhere but in that child's descendants.
    await killMarked(record.mark, new Set());
  }
  await rm(path, { force: true });
  return ended;
}

async function readRecords(path: string): Promise<readonly ChildRecord[]> {
  try {
    return z.array(recordSchema).parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    return [];
  }
}
