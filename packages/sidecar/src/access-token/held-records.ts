import type { Report, ReportedFact, SignIn } from '../credentials/index.ts';
import { StoreError } from '../errors/index.ts';
import type { SignInRecords } from '../store/index.ts';
import type { Schedule } from './access-tokens.ts';

const firstRetryMs = 1_000;
const longestRetryMs = 60_000;

/** The memory copy of every sign-in in use, and the way to what is stored. What cannot be saved is kept here until it can. */
export interface HeldRecords {
  /** Every copy in memory. */
  all(): readonly (readonly [id: string, record: SignIn])[];
  /** The copy in memory, or null before the first read. */
  peek(id: string): SignIn | null;
  /** As `reread` where the store can be read, else as it was last held. @throws StoreError where it was never held */
  current(id: string): Promise<SignIn>;
  /** From the store, which is the truth unless something here is newer or not saved yet. @throws StoreError */
  reread(id: string): Promise<SignIn>;
  /** Changes what is stored, atomically, and holds the outcome. @throws StoreError; nothing is changed then */
  change(id: string, change: (current: SignIn) => SignIn): Promise<SignIn>;
  /** Like `change`, but where it cannot be stored it is held in memory and saved later. Gives what holds from now on. */
  changeSurely(id: string, change: (current: SignIn) => SignIn): Promise<SignIn>;
  isSaved(id: string): boolean;
  /** Tries at once to save what is not saved, and says whether nothing is left to save. */
  saveNow(id: string): Promise<boolean>;
  /** Resolves as soon as nothing is left to save, or at `close`. */
  saved(id: string): Promise<void>;
  /** Tries once more to save what is not saved. */
  close(): Promise<void>;
}

export interface HeldRecordsDeps {
  readonly signIns: SignInRecords;
  readonly report: Report;
  readonly schedule: Schedule;
  readonly log: (line: string) => void;
}

type CredentialChanged = Extract<ReportedFact, { type: 'credential_changed' }>;

export function createHeldRecords(deps: HeldRecordsDeps): HeldRecords {
  const held = new Map<string, SignIn>();
  /** The change that is waiting to be stored, by credential. */
  const unsaved = new Map<string, (current: SignIn) => SignIn>();
  const retries = new Map<string, () => void>();
  /** Whoever waits for the next change to be stored. */
  let waiting: (() => void)[] = [];
  let closed = false;

  function wake(): void {
    const woken = waiting;
    waiting = [];
    for (const resolve of woken) resolve();
  }

  function hold(id: string, record: SignIn): SignIn {
    const before = held.get(id);
    held.set(id, record);
    const news = before === undefined ? null : newsOf(before, record);
    if (news !== null) deps.report({ type: 'credential_changed', kind: 'oauth', ...news });
    return record;
  }

  /** Stores the change together with whatever waited to be stored before it. */
  async function change(id: string, next: (current: SignIn) => SignIn): Promise<SignIn> {
    const stored = await deps.signIns.update(id, withWaiting(id, next));
    if (unsaved.delete(id)) wake();
    return hold(id, stored);
  }

  function withWaiting(id: string, next: (current: SignIn) => SignIn): (current: SignIn) => SignIn {
    const earlier = unsaved.get(id);
    return earlier === undefined ? next : (current) => next(earlier(current));
  }

  function saveLater(id: string, delayMs: number): void {
    retries.get(id)?.();
    retries.set(
      id,
      deps.schedule(delayMs, () => {
        void save(id, delayMs);
      }),
    );
  }

  async function save(id: string, delayMs: number): Promise<void> {
    if (!unsaved.has(id)) return;
    try {
      await change(id, (current) => current);
      retries.delete(id);
      deps.log(`the sign-in ${id} is saved now`);
    } catch (error) {
      if (!(error instanceof StoreError)) deps.log(`saving ${id}: unexpected failure`);
      saveLater(id, Math.min(delayMs * 2, longestRetryMs));
    }
  }

  async function reread(id: string): Promise<SignIn> {
    const before = held.get(id);
    if (before !== undefined && unsaved.has(id)) return before;
    const stored = await deps.signIns.read(id);
    const meanwhile = held.get(id);
    // Changed here while the store was read: what was read may be older.
    if (meanwhile !== undefined && meanwhile !== before) return meanwhile;
    if (before === undefined || stored.version >= before.version) return hold(id, stored);
    // Versions never shrink: the stored record was damaged, or an old copy was put in its place. Ours is the good one.
    deps.log(`the stored sign-in ${id} is older than the one in memory; that one is stored again`);
    unsaved.set(id, (current) => (current.version < before.version ? before : current));
    saveLater(id, firstRetryMs);
    return before;
  }

  return {
    all: () => [...held],
    peek: (id) => held.get(id) ?? null,
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
    async changeSurely(id, next) {
      try {
        return await change(id, next);
      } catch (error) {
        const record = held.get(id);
        if (!(error instanceof StoreError) || record === undefined) throw error;
        deps.log(`a change of the sign-in ${id} could not be saved (${error.code}); it holds in memory`);
        unsaved.set(id, withWaiting(id, next));
        saveLater(id, firstRetryMs);
        return hold(id, next(record));
      }
    },
    isSaved: (id) => !unsaved.has(id),
    async saveNow(id) {
      if (!unsaved.has(id)) return true;
      await change(id, (current) => current).catch(() => undefined);
      return !unsaved.has(id);
    },
    async saved(id) {
      while (unsaved.has(id) && !closed) await new Promise<void>((resolve) => waiting.push(resolve));
    },
    async close() {
      for (const cancel of retries.values()) cancel();
      retries.clear();
      for (const id of [...unsaved.keys()]) {
        try {
          await change(id, (current) => current);
        } catch {
          deps.log(`the sign-in ${id} could not be saved before the end`);
        }
      }
      closed = true;
      wake();
    },
  };
}

/**
 * What open screens and the timeline hear of a change: a new status, another token (`renewed`), a renewal that fails for another
 * reason than before (`renewal_failed`), the first accepted call (`accepted`). Null where nothing is news. Pure.
 */
export function newsOf(before: SignIn, record: SignIn): Pick<CredentialChanged, 'status' | 'reason'> | null {
  if (before.status !== record.status) return { status: record.status, reason: record.reason };
  if (record.status === 'absent') return null;
  if (before.version !== record.version) return { status: 'renewed', reason: null };
  const failure = record.failedAttempt?.code ?? null;
  if (failure !== null && failure !== before.failedAttempt?.code)
    return { status: 'renewal_failed', reason: failure };
  if (before.acceptedAtMs === null && record.acceptedAtMs !== null)
    return { status: 'accepted', reason: null };
  return null;
}
