import type { Report, SignIn, Tokens } from '../credentials/index.ts';
import { StoreError } from '../errors/index.ts';
import type { SignInRecords } from '../store/index.ts';
import type { Schedule } from './access-tokens.ts';
import { credentialChange } from './credential-change.ts';

const firstRetryMs = 1_000;
const longestRetryMs = 60_000;

/** A change that is pure: it may run more than once, over whatever is stored by then. */
type Change = (current: SignIn) => SignIn;

/** In-memory cache over the sign-in store. Writes that fail are queued here and retried. */
export interface SignInCache {
  /** Every copy in memory. */
  all(): readonly (readonly [id: string, record: SignIn])[];
  /** The copy in memory, or null before the first read. */
  cached(id: string): SignIn | null;
  /** As `reread` where the store can be read, else as it was last held. @throws StoreError where it was never held */
  current(id: string): Promise<SignIn>;
  /** What is stored, with what waits to be stored on top of it. @throws StoreError */
  reread(id: string): Promise<SignIn>;
  /** Changes what is stored, atomically, and holds the outcome. @throws StoreError; nothing is changed then */
  change(id: string, change: Change): Promise<SignIn>;
  /**
   * Like `change`, but where it cannot be stored it is held in memory and saved later. Gives what holds from now on.
   * @param brought tokens that live nowhere else: they are handed to `onOrphaned` should they never come to be stored
   */
  updateOrQueue(id: string, change: Change, brought?: Tokens): Promise<SignIn>;
  isSaved(id: string): boolean;
  /** Tries at once to save what is not saved, and says whether nothing is left to save. */
  saveNow(id: string): Promise<boolean>;
  /** Resolves as soon as nothing is left to save, or at `close`. */
  whenFlushed(id: string): Promise<void>;
  /** Retries what is not saved yet. */
  close(): Promise<void>;
}

export interface SignInCacheDeps {
  readonly signIns: SignInRecords;
  readonly report: Report;
  readonly schedule: Schedule;
  /** A record was read for the first time, or another process has changed its tokens: it may be due at another time. */
  readonly onNewVersion: () => void;
  /** A sign-out or a new sign-in came before these were saved. */
  readonly onOrphaned: (tokens: Tokens) => void;
  readonly log: (line: string) => void;
}

interface Waiting {
  readonly change: Change;
  readonly brought: Tokens | null;
}

export function createSignInCache(deps: SignInCacheDeps): SignInCache {
  const held = new Map<string, SignIn>();
  /** The change that waits to be stored, by credential. */
  const waiting = new Map<string, Waiting>();
  const retries = new Map<string, () => void>();
  /** Callers that wait for the next change to be stored. */
  let waiters: (() => void)[] = [];
  let closed = false;

  function hold(id: string, record: SignIn): SignIn {
    const before = held.get(id);
    held.set(id, record);
    const news = before === undefined ? null : credentialChange(before, record);
    if (news !== null) deps.report({ type: 'credential_changed', kind: 'oauth', ...news });
    if (before?.version !== record.version) deps.onNewVersion();
    return record;
  }

  /** What waited is stored, or void because something newer was stored. */
  function settle(id: string, earlier: Waiting | undefined, stored: SignIn, isVoid: boolean): void {
    if (earlier === undefined || waiting.get(id) !== earlier) return;
    waiting.delete(id);
    const woken = waiters;
    waiters = [];
    for (const wake of woken) wake();
    const { brought } = earlier;
    const isStored = stored.tokens?.accessToken.fingerprint() === brought?.accessToken.fingerprint();
    if (isVoid && brought !== null && !isStored) deps.onOrphaned(brought);
  }

  /** Stores the change together with whatever waited to be stored before it. */
  async function change(id: string, next: Change): Promise<SignIn> {
    const earlier = waiting.get(id);
    let isVoid = false;
    const stored = await deps.signIns.update(id, (current) => {
      const base = earlier === undefined ? current : earlier.change(current);
      isVoid = base === current;
      return next(base);
    });
    settle(id, earlier, stored, isVoid);
    return hold(id, stored);
  }

  async function reread(id: string): Promise<SignIn> {
    const before = held.get(id);
    const stored = await deps.signIns.read(id);
    const meanwhile = held.get(id);
    // Changed here while the store was read: what was read may be older.
    if (meanwhile !== undefined && meanwhile !== before) return meanwhile;
    const earlier = waiting.get(id);
    if (earlier !== undefined) {
      const record = earlier.change(stored);
      if (record === stored) settle(id, earlier, stored, true);
      return hold(id, record);
    }
    if (before === undefined || stored.version >= before.version) return hold(id, stored);
    // Versions never shrink: the stored record was damaged, or an old copy was put in its place. Ours is the good one.
    deps.log(`the stored sign-in ${id} is older than the one in memory; that one is stored again`);
    waitToSave(id, (current) => (current.version < before.version ? before : current), null);
    return before;
  }

  function waitToSave(id: string, next: Change, brought: Tokens | null): void {
    const earlier = waiting.get(id);
    waiting.set(id, {
      change: earlier === undefined ? next : (current) => next(earlier.change(current)),
      brought: brought ?? earlier?.brought ?? null,
    });
    saveLater(id, firstRetryMs);
  }

  function saveLater(id: string, delayMs: number): void {
    retries.get(id)?.();
    retries.set(
      id,
      deps.schedule(delayMs, () => void save(id, delayMs)),
    );
  }

  async function save(id: string, delayMs: number): Promise<void> {
    if (await saveNow(id)) retries.delete(id);
    else saveLater(id, Math.min(delayMs * 2, longestRetryMs));
  }

  async function saveNow(id: string): Promise<boolean> {
    if (!waiting.has(id)) return true;
    try {
      await change(id, (current) => current);
      deps.log(`the sign-in ${id} is saved now`);
    } catch (error) {
      if (!(error instanceof StoreError)) deps.log(`saving ${id}: unexpected failure`);
    }
    return !waiting.has(id);
  }

  return {
    all: () => [...held],
    cached: (id) => held.get(id) ?? null,
    async current(id) {
      try {
        return await reread(id);
      } catch (error) {
        const record = held.get(id);
        if (error instanceof StoreError && record !== undefined && record.status !== 'absent') return record;
        throw error;
      }
    },
    reread,
    change,
    async updateOrQueue(id, next, brought) {
      try {
        return await change(id, next);
      } catch (error) {
        const record = held.get(id);
        if (!(error instanceof StoreError) || record === undefined) throw error;
        deps.log(`a change of the sign-in ${id} could not be saved (${error.code}); it holds in memory`);
        waitToSave(id, next, brought ?? null);
        return hold(id, next(record));
      }
    },
    isSaved: (id) => !waiting.has(id),
    saveNow,
    async whenFlushed(id) {
      while (waiting.has(id) && !closed) await new Promise<void>((resolve) => waiters.push(resolve));
    },
    async close() {
      for (const cancel of retries.values()) cancel();
      retries.clear();
      for (const id of [...waiting.keys()])
        if (!(await saveNow(id))) deps.log(`the sign-in ${id} could not be saved before the end`);
      closed = true;
      for (const wake of waiters) wake();
    },
  };
}
