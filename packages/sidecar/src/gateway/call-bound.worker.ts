/** Thread of `CallBoundReader`: reads one request after the other. */
import { parentPort } from 'node:worker_threads';
import { readCallBound } from './call-bound.ts';
import type { SharedBody } from './call-bound-reader.ts';

parentPort?.on('message', ({ room, length }: SharedBody) => {
  parentPort?.postMessage(readCallBound(Buffer.from(room, 0, length)));
});
