/** Thread of `ChangePreviewer`: makes one preview after the other. */
import { parentPort } from 'node:worker_threads';
import { type ProposedChange, previewChange } from './proposed-change.ts';

parentPort?.on('message', (change: ProposedChange) => {
  parentPort?.postMessage(previewChange(change));
});
