import { Worker } from 'node:worker_threads';
import type { ChangePreview, ProposedChange } from './proposed-change.ts';

/** How long one preview may take, its thread's start included. */
const previewMs = 2_000;
/** How long the thread outlives its last preview; it holds some 10 MB. */
const idleMs = 10_000;
/** Previews that may wait for their turn; one more is not made, and the person reads the input instead. */
const mostWaiting = 16;
/** Memory of the thread: two texts of 1 MiB, their lines and their difference. */
const maxOldGenerationSizeMb = 256;

const notMade: ChangePreview = { diff: null, caution: 'no_difference' };
/** The bundle lays the thread's file beside its own, as JavaScript. */
const threadFile = new URL(
  import.meta.url.endsWith('.ts') ? './change-preview.worker.ts' : './change-preview.worker.js',
  import.meta.url,
);

/**
 * Previews changes in a thread of its own, one at a time, each bounded in time and memory: whatever a model wrote, the sidecar goes on
 * answering.
 */
export class ChangePreviewer {
  #worker: Worker | null = null;
  #idle: NodeJS.Timeout | null = null;
  #waiting = 0;
  #last: Promise<unknown> = Promise.resolve();

  /** Never rejects: where no preview can be made in time, it says so. */
  async preview(change: ProposedChange): Promise<ChangePreview> {
    if (this.#waiting >= mostWaiting) return notMade;
    this.#waiting += 1;
    const mine = this.#last.then(() => this.#make(change)).catch(() => notMade);
    this.#last = mine;
    const preview = await mine;
    this.#waiting -= 1;
    return preview;
  }

  /** Ends the thread. */
  async close(): Promise<void> {
    if (this.#idle !== null) clearTimeout(this.#idle);
    const ending = this.#worker;
    this.#worker = null;
    await ending?.terminate();
  }

  async #make(change: ProposedChange): Promise<ChangePreview> {
    if (this.#idle !== null) clearTimeout(this.#idle);
    const worker = this.#running();
    const made = Promise.withResolvers<ChangePreview | null>();
    const onFailure = (): void => made.resolve(null);
    const late = setTimeout(onFailure, previewMs);
    worker.once('message', made.resolve).once('error', onFailure).once('exit', onFailure);
    worker.postMessage(change);
    const preview = await made.promise;
    clearTimeout(late);
    worker.off('message', made.resolve).off('error', onFailure).off('exit', onFailure);
    if (preview === null) await this.close();
    else this.#idle = setTimeout(() => void this.close(), idleMs).unref();
    return preview ?? notMade;
  }

  #running(): Worker {
    if (this.#worker !== null) return this.#worker;
    // It gets nothing of our environment and none of our flags.
    const worker = new Worker(threadFile, {
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
