import { BoundedThread } from '../threads/index.ts';
import { type BoundedRequest, readCallBound, unreadRequest } from './call-bound.ts';

/** A request in memory that both threads see. */
export interface SharedBody {
  readonly room: SharedArrayBuffer;
  /** Bytes of it from its beginning. */
  readonly length: number;
}

/** The bundle lays the thread's file beside its own, as JavaScript. */
const threadFile = new URL(
  import.meta.url.endsWith('.ts') ? './call-bound.worker.ts' : './call-bound.worker.js',
  import.meta.url,
);
/** A request of this size is read in 12 ms; one of 27 MB, with a large file in it, in 300. */
const readHereBytes = 1024 * 1024;

/** Reads what a request may use at most; a large one in a thread of its own, so that everything else goes on. */
export class CallBoundReader {
  // Text and objects of 32 MiB; as many as may run at once, each with calls of subagents.
  readonly #thread = new BoundedThread<SharedBody, BoundedRequest>(threadFile, {
    taskMs: 10_000,
    idleMs: 10_000,
    mostWaiting: 64,
    maxOldGenerationSizeMb: 512,
  });

  /** What cannot be read in time counts as the most there is. Never rejects. */
  async read(body: Buffer): Promise<BoundedRequest> {
    if (body.length < readHereBytes) return readCallBound(body);
    return (await this.#thread.run({ room: sharedRoom(body), length: body.length })) ?? unreadRequest;
  }

  /** Ends the thread. */
  close(): Promise<void> {
    return this.#thread.close();
  }
}

/** `readBody` lays a large body at the beginning of a shared room; any other is copied into one. */
function sharedRoom(body: Buffer): SharedArrayBuffer {
  if (body.buffer instanceof SharedArrayBuffer && body.byteOffset === 0) return body.buffer;
  const room = new SharedArrayBuffer(body.length);
  body.copy(new Uint8Array(room));
  return room;
}
