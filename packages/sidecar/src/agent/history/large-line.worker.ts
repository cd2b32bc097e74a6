/** Thread of `SessionEntries`: reads one large line after the other and gives what of it can be shown, as JSON. */
import { closeSync, openSync, readSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import type { LinePlace } from './session-entries.ts';

/** What is in large lines and on no screen: attachments, and of a second copy of a tool's result all but what it changed. */
function withoutHidden(this: unknown, key: string, value: unknown): unknown {
  if (key === 'toolUseResult') return changeIn(value);
  const isSource = key === 'source' && typeof value === 'object' && value !== null && 'data' in value;
  return isSource ? undefined : value;
}

/** Where a file tool wrote and what it changed there, without the file: it is most of such a line. */
function changeIn(result: unknown): unknown {
  if (typeof result !== 'object' || result === null || !('structuredPatch' in result)) return undefined;
  return { filePath: 'filePath' in result ? result.filePath : null, structuredPatch: result.structuredPatch };
}

/** Of a damaged line: `{`, which is damaged as well. */
function shownOf({ path, offset, bytes }: LinePlace): string {
  const line = Buffer.allocUnsafeSlow(bytes);
  const file = openSync(path, 'r');
  try {
    for (let at = 0; at < bytes; ) {
      const read = readSync(file, line, at, bytes - at, offset + at);
      if (read === 0) return '{';
      at += read;
    }
  } finally {
    closeSync(file);
  }
  try {
    return JSON.stringify(JSON.parse(line.toString('utf8')), withoutHidden);
  } catch {
    return '{';
  }
}

parentPort?.on('message', (place: LinePlace) => {
  parentPort?.postMessage(shownOf(place));
});
