import type { Clock } from '../credentials/index.ts';
import type { Database } from './database.ts';
import { createKeyFinder } from './find-key.ts';
import type { Keychain } from './keychain.ts';
import { KeychainError } from './keychain-error.ts';
import type { KeyState, SealingKey, SealingKeyStore } from './sealing-key.ts';

const firstBackoffMs = 1_000;
const longestBackoffMs = 30_000;
/** A window that was not answered for so long may be gone without a word: the keychain is asked again. */
const longestQuestionMs = 10 * 60_000;

export interface KeychainKeyDeps {
  readonly database: Database;
  readonly keychain: Keychain;
  readonly clock: Clock;
  readonly log: (line: string) => void;
  /** Ends the wait for an answer. */
  readonly stop?: AbortSignal | undefined;
}

interface Question {
  readonly answer: Promise<SealingKey>;
  /** A caller has waited for it in vain: the next ones need not. */
  isLate: boolean;
}

/**
 * The sealing key in the OS keychain. Once read it stays in memory for the life of the process, so that a keychain that is locked later ends
 * nothing. One question at a time: a caller waits for the keychain's limit, the question waits for the user, and a late answer counts.
 * After a failure the keychain is left alone for 1 s, doubling to 30 s: every question may open a window.
 */
export function createKeychainKey(deps: KeychainKeyDeps): SealingKeyStore {
  const { keychain, log, stop } = deps;
  const notes: string[] = [];
  const finder = createKeyFinder({ ...deps, note: (sentence) => notes.push(sentence) });
  let key: SealingKey | null = null;
  let state: KeyState = 'untried';
  let question: Question | null = null;
  let isClosed = false;
  let backoff: { readonly error: KeychainError; readonly untilMs: number; readonly lengthMs: number } | null =
    null;

  function setTrouble(error: KeychainError): void {
    if (state !== error.trouble && !isClosed) log(error.detail);
    state = error.trouble;
  }

  async function ask(): Promise<SealingKey> {
    const tooLong = setTimeout(() => keychain.giveUp(), longestQuestionMs).unref();
    try {
      const found = await finder.find();
      if (backoff !== null || state === 'slow') log('the keychain answers again');
      key = found;
      state = 'ready';
      backoff = null;
      return found;
    } catch (error) {
      if (error instanceof KeychainError) {
        const lengthMs = backoff === null ? firstBackoffMs : Math.min(backoff.lengthMs * 2, longestBackoffMs);
        backoff = { error, untilMs: performance.now() + lengthMs, lengthMs };
        setTrouble(error);
      }
      throw error;
    } finally {
      clearTimeout(tooLong);
      question = null;
    }
  }

  function openQuestion(): Question {
    if (question !== null) return question;
    const answer = ask();
    // Its failure is remembered; it may come when no caller waits.
    answer.catch(() => undefined);
    question = { answer, isLate: false };
    return question;
  }

  return {
    kind: 'os_keychain',
    async get() {
      if (key !== null) return key;
      if (question === null && backoff !== null && performance.now() < backoff.untilMs) throw backoff.error;
      if (isClosed) throw new KeychainError('failed');
      const open = openQuestion();
      if (open.isLate) throw new KeychainError('slow');
      const answer = await within(open.answer, keychain.limitMs, stop);
      if (answer !== null) return answer;
      open.isLate = true;
      const late = new KeychainError('slow');
      setTrouble(late);
      throw late;
    },
    forget(id) {
      if (key?.id === id) key = null;
    },
    state: () => state,
    notes: () => notes,
    answered: () =>
      new Promise((resolve) => {
        if (key !== null) resolve();
        question?.answer.then(
          () => resolve(),
          () => undefined,
        );
      }),
    async close() {
      isClosed = true;
      keychain.giveUp();
      await question?.answer.catch(() => undefined);
      await finder.tidy();
      keychain.giveUp();
    },
  };
}

/** What a promise gives; null where it takes longer than `limitMs` or the wait is stopped. */
export async function within<T>(
  promise: Promise<T>,
  limitMs: number,
  stop?: AbortSignal | undefined,
): Promise<T | null> {
  if (stop?.aborted === true) return null;
  const ended = Promise.withResolvers<null>();
  const end = (): void => ended.resolve(null);
  const timer = setTimeout(end, limitMs);
  stop?.addEventListener('abort', end);
  try {
    return await Promise.race([promise, ended.promise]);
  } finally {
    clearTimeout(timer);
    stop?.removeEventListener('abort', end);
  }
}
