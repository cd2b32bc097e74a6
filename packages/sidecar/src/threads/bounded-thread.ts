import { Worker } from 'node:worker_threads';

/** How much a thread may take. */
export interface BoundedThreadLimits {
  /** How long one task may take, its thread's start included. */
  readonly taskMs: number;
  /** How long the thread outlives its last task; an idle one holds some 10 MB. */
  readonly idleMs: number;
  /** Tasks that may wait for their turn or run; one more is not taken. */
  readonly mostWaiting: number;
  readonly maxOldGenerationSizeMb: number;
}

/**
 * Works off tasks in a thread of its own, one at a time, each bounded in time and memory: whatever a task holds, the sidecar goes on
 * answering. The thread's file answers each message with one message.
 */
export class BoundedThread<Task, Result> {
  readonly #file: URL;
  readonly #limits: BoundedThreadLimits;
  #worker: Worker | null = null;
  #idle: NodeJS.Timeout | null = null;
  #waiting = 0;
  #last: Promise<unknown> = Promise.resolve();

  /** @param file of the thread: TypeScript in a checkout, JavaScript in a bundle */
  constructor(file: URL, limits: BoundedThreadLimits) {
    this.#file = file;
    this.#limits = limits;
  }

  /** Null where the task was not done: too many wait, it took too long or too much, the thread ended. Never rejects. */
  async run(task: Task): Promise<Result | null> {
    if (this.#waiting >= this.#limits.mostWaiting) return null;
    this.#waiting += 1;
    const mine = this.#last.then(() => this.#do(task)).catch(() => null);
    this.#last = mine;
    const result = await mine;
    this.#waiting -= 1;
    return result;
  }

  /** Ends the thread. */
  async close(): Promise<void> {
    if (this.#idle !== null) clearTimeout(this.#idle);
    const ending = this.#worker;
    this.#worker = null;
    await ending?.terminate();
  }

  async #do(task: Task): Promise<Result | null> {
    const { taskMs, idleMs } = this.#limits;
    if (this.#idle !== null) clearTimeout(this.#idle);
    const worker = this.#running();
    const done = Promise.withResolvers<Result | null>();
    const onFailure = (): void => done.resolve(null);
    const late = setTimeout(onFailure, taskMs);
    worker.once('message', done.resolve).once('error', onFailure).once('exit', onFailure);
    worker.postMessage(task);
    const result = await done.promise;
    clearTimeout(late);
    worker.off('message', done.resolve).off('error', onFailure).off('exit', onFailure);
    if (result === null) await this.close();
    else this.#idle = setTimeout(() => void this.close(), idleMs).unref();
    return result;
  }

  #running(): Worker {
    if (this.#worker !== null) return this.#worker;
    const { maxOldGenerationSizeMb } = this.#limits;
    // It gets nothing of our environment and none of our flags.
    const worker = new Worker(this.#file, {
      env: {},
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb },
    });
    worker.unref();
    // Out of memory is an error of the thread, not ours.
    worker.on('error', () => undefined);
    this.#worker = worker;
    return worker;
  }
}
