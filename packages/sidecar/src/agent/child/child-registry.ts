import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { killGroup, killMarked, killOne } from './kill-process.ts';
import { processFacts } from './process-facts.ts';
import { stagedDir } from './staged-commands.ts';

const recordSchema = z.object({
  pid: z.int().positive(),
  startedAt: z.string().min(1),
  program: z.string().min(1),
  /** Random, and in the environment of all it starts. Null where what it starts is not ours to end, such as the user's browser. */
  mark: z.string().min(1).nullable(),
  /** Its own directory for temporary files, which goes with it. */
  tempDir: z.string().min(1).nullable(),
});
/** `ownerStartedAt`: tells the process that wrote it from a later one with its number. */
const fileSchema = z.object({ ownerStartedAt: z.string(), children: z.array(recordSchema) });

/** A child that runs now, as the next start would have to know it. */
export type ChildRecord = z.infer<typeof recordSchema>;

const filePattern = /^children-(\d{1,10})\.json(?:\.new)?$/;
/** As `childTempDir` makes it: nothing else is ever removed. */
const tempDirPattern = /^postern-[A-Za-z0-9]{6}$/;

/** A program of the agent's that runs, whatever it was started for. */
export interface HeldChild {
  /** Settles once it has left. */
  readonly exited: Promise<void>;
  kill(): Promise<void>;
}

/**
 * Keeps `<dataDir>/children-<pid>.json` (0600) equal to the set of this process's running children; writes are whole and in order.
 * One file for each process: a command that works alone may run beside a sidecar.
 */
export class ChildRegistry {
  readonly #path: string;
  readonly #owner: number;
  readonly #running = new Map<number, ChildRecord>();
  readonly #held = new Set<HeldChild>();
  #isClosed = false;
  #writing: Promise<void> = Promise.resolve();

  /** @param owner number of the process whose children these are */
  constructor(dataDir: string, owner: number = process.pid) {
    this.#path = join(dataDir, `children-${owner}.json`);
    this.#owner = owner;
  }

  add(record: ChildRecord): void {
    this.#running.set(record.pid, record);
    this.#write();
  }

  /** Records a program that was just started, unless it leaves before its facts are known. What it gives is called when it has left. */
  note(child: Omit<ChildRecord, 'startedAt'>): () => void {
    let gone = false;
    void processFacts(child.pid).then((facts) => {
      if (facts !== null && !gone) this.add({ ...child, startedAt: facts.startedAt });
    });
    return () => {
      gone = true;
      this.remove(child.pid);
    };
  }

  /** Postern stops: no program may start. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** One that was just started, until it leaves. */
  hold(child: HeldChild): void {
    this.#held.add(child);
    void child.exited.then(() => this.#held.delete(child));
  }

  /** Ends every program that still runs, with or without a query, and lets none start after it. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const held = [...this.#held];
    await Promise.all(held.map((child) => child.kill()));
    await Promise.all(held.map((child) => child.exited));
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
        const children = [...this.#running.values()];
        if (children.length === 0) {
          await rm(this.#path, { force: true });
          return;
        }
        const ownerStartedAt = (await processFacts(this.#owner))?.startedAt ?? '';
        const text = JSON.stringify({ ownerStartedAt, children });
        await writeFile(`${this.#path}.new`, text, { mode: 0o600 });
        await rename(`${this.#path}.new`, this.#path);
        // Without the record a crash leaves a child behind; that must not stop the query at hand.
      })
      .catch(() => undefined);
  }
}

/**
 * Ends what killed processes of this data directory left running: children whose number, start and program are the recorded ones, with
 * every process they started, and their temporary files. An id that now belongs to another process is left alone, and so are the
 * children of a process that still runs. Gives how many were ended.
 */
export async function endLeftovers(dataDir: string): Promise<number> {
  let ended = 0;
  for (const name of await readdir(dataDir).catch((): string[] => [])) {
    const owner = filePattern.exec(name)?.[1];
    if (owner === undefined) continue;
    const path = join(dataDir, name);
    const file = await readFileOf(path);
    const facts = await processFacts(Number(owner));
    // What cannot be read may be half written.
    if (facts !== null && (file === null || facts.startedAt === file.ownerStartedAt)) continue;
    for (const record of file?.children ?? []) ended += await endChild(record);
    await rm(path, { force: true });
  }
  await removeStaged(dataDir);
  return ended;
}

async function endChild(record: ChildRecord): Promise<number> {
  const { pid, mark, tempDir } = record;
  const facts = await processFacts(pid);
  const isIt =
    facts !== null && facts.startedAt === record.startedAt && facts.command.includes(record.program);
  if (isIt && mark === null) killOne(pid);
  else if (isIt) killGroup(pid);
  // The mark is random and lives nowhere but in that child's descendants.
  if (mark !== null) await killMarked(mark, new Set());
  if (tempDir !== null && tempDirPattern.test(basename(tempDir)))
    await rm(tempDir, { recursive: true, force: true }).catch(() => undefined);
  return isIt ? 1 : 0;
}

/** Copies for programs of a process that has ended, or whose number this one has now: it has started none yet. */
async function removeStaged(dataDir: string): Promise<void> {
  const parent = join(dataDir, stagedDir);
  for (const name of await readdir(parent).catch((): string[] => [])) {
    const owner = Number(/^(\d{1,10})-/.exec(name)?.[1]);
    if (Number.isNaN(owner)) continue;
    if (owner !== process.pid && (await processFacts(owner)) !== null) continue;
    await rm(join(parent, name), { recursive: true, force: true }).catch(() => undefined);
  }
}

async function readFileOf(path: string): Promise<z.infer<typeof fileSchema> | null> {
  try {
    return fileSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    return null;
  }
}
