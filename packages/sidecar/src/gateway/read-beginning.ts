import { Readable } from 'node:stream';

/** A body of which the beginning was looked at; it still holds every byte. */
export interface BegunBody<Decision> {
  /** Null where the body broke off before there was one. */
  readonly decision: Decision | null;
  readonly body: Readable;
}

/**
 * Looks at the beginning of a body until `decide` has an answer, and puts it back: the next reader gets the whole body. One that broke off
 * breaks off again after the bytes that came.
 * @param decide sees everything that has come so far; undefined asks for more, and is the last answer where `isWhole`
 */
export function readBeginning<Decision>(
  body: Readable,
  decide: (bytes: Buffer, isWhole: boolean) => Decision | undefined,
): Promise<BegunBody<Decision>> {
  const { promise, resolve } = Promise.withResolvers<BegunBody<Decision>>();
  let bytes = Buffer.alloc(0);
  const settle = (begun: BegunBody<Decision>): void => {
    body.off('readable', look);
    body.off('end', end);
    body.off('close', breakOff);
    resolve(begun);
  };
  const look = (): void => {
    const chunk: Buffer | null = body.read();
    if (chunk === null) return;
    bytes = Buffer.concat([bytes, chunk]);
    const decision = decide(bytes, false);
    if (decision === undefined) return;
    // In the turn in which it was read: the end cannot have been said in between.
    body.unshift(bytes);
    settle({ decision, body });
  };
  const end = (): void =>
    settle({ decision: decide(bytes, true) ?? null, body: Readable.from([bytes], { objectMode: false }) });
  const breakOff = (): void => settle({ decision: null, body: brokenAfter(bytes) });
  body.on('readable', look);
  body.once('end', end);
  body.once('close', breakOff);
  // Its connection may fail at any time; `close` follows, here or where it is read on.
  body.on('error', () => undefined);
  return promise;
}

function brokenAfter(bytes: Buffer): Readable {
  async function* pieces(): AsyncGenerator<Buffer> {
    if (bytes.length > 0) yield bytes;
    throw new Error('the body broke off');
  }
  return Readable.from(pieces(), { objectMode: false });
}
