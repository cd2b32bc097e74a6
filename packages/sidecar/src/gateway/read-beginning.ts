import type { AnswerBody } from './answer-body.ts';

/**
 * Looks at the beginning of a body until `decide` has an answer, and puts it back: the next reader gets the whole body. One that broke off
 * breaks off again after the bytes that came.
 * @param decide sees everything that has come so far; undefined asks for more, and is the last answer where `isWhole`
 * @returns null where the body broke off before there was an answer
 */
export function readBeginning<Decision>(
  body: AnswerBody,
  decide: (bytes: Buffer, isWhole: boolean) => Decision | undefined,
): Promise<Decision | null> {
  const { promise, resolve } = Promise.withResolvers<Decision | null>();
  let bytes: Buffer | null = null;
  const settle = (decision: Decision | null): void => {
    body.stop(bytes ?? nothing);
    resolve(decision);
  };
  body.read({
    data(piece) {
      bytes = bytes === null ? piece : Buffer.concat([bytes, piece]);
      const decision = decide(bytes, false);
      if (decision !== undefined) settle(decision);
    },
    end: () => settle(decide(bytes ?? nothing, true) ?? null),
    fail: () => settle(null),
  });
  return promise;
}

const nothing = Buffer.alloc(0);
