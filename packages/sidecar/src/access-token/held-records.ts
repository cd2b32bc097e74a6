import type { Report, SignIn } from '../credentials/index.ts';
import { StoreError } from '../errors/index.ts';
import type { SignInRecords } from '../store/index.ts';
import type { Schedule } from './access-tokens.ts';

const firstRetryMs = 1_000;
const longestRetryMs = 60_000;

/** The memory copy of every sign-in in use, and the way to what is stored. What cannot be saved is kept here until it can. */
export interface HeldRecords {
  /** The copy in memory, or null before the first read. */
  peek(id: string): SignIn | null;
  /** From memory where it is held, else from the store. @throws StoreError */
  current(id: string): Promise<SignIn>;
  /** From the store, which is the truth unless something here is not saved yet. @throws StoreError */
  reread(id: string): Promise<SignIn>;
  /** Changes what is stored, atomically, and holds the outcome. @throws StoreError; nothing is changed then */
  change(id: string, change: (current: SignIn) => SignIn): Promise<SignIn>;
  /** Like `change`, but where it cannot be stored it is held in memory and saved later. Gives what holds from now on. */
  changeSurely(id: string, change: (current: SignIn) => SignIn): Promise<SignIn>;
  isSaved(id: string): boolean;
  close(): void;
}

export interface HeldRecordsDeps {
  readonly signIns: SignInRecords;
  readonly report: Report;
  readonly schedule: Schedule;
  readonly log: (line: string) => void;
}

export function createHeldRecords(deps: HeldRecordsDeps): HeldRecords {
  const held = new Map<string, SignIn>();
  /** The change that is waiting to be stored, by credential. */
  const unsaved = new Map<string, (current: SignIn) => SignIn>();
  const retries = new Map<string, () => void>();

  function hold(id: string, record: SignIn): SignIn {
    const before = held.get(id);
    held.set(id, record);
    if (before !== undefined && before.status !== record.status)
      deps.report({
        type: 'credential_changed',
        kind: 'oauth',
        status: record.status,
        reason: record.reason,
      });
    return record;
  }

  /** Stores the change together with whatever waited to be stored before it. */
  async function change(id: string, next: (current: SignIn) => SignIn): Promise<SignIn> {
    const stored = await deps.signIns.update(id, withWaiting(id, next));
    unsaved.delete(id);
    return hold(id, stored);
  }

  function withWaiting(id: string, next: (current: SignIn) => SignIn): (current: SignIn) => SignIn {
    const waiting = unsaved.get(id);
    return waiting === undefined ? next : (current) => next(waiting(current));
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
      deps.log(`what the last refresh of ${id} brought is saved now`);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      saveLater(id, Math.min(delayMs * 2, longestRetryMs));
    }
  }

  return {
    peek: (id) => held.get(id) ?? null,
    async current(id) {
      const record = held.get(id);
      if (record !== undefined && record.status !== 'absent') return record;
      return hold(id, await deps.signIns.read(id));
    },
    async reread(id) {
      const record = held.get(id);
      if (record !== undefined && unsaved.has(id)) return record;
      return hold(id, await deps.signIns.read(id));
    },
    change,
    async changeSurely(id, next) {
      try {
        return await change(id, next);
      } catch (error) {
        const record = held.get(id);
        if (!(error instanceof StoreError) || record === undefined) throw error;
        deps.log(
          `what the refresh of ${id} brought could not be saved (${error.code}); it serves from memory`,
        );
        unsaved.set(id, withWaiting(id, next));
        saveLater(id, firstRetryMs);
        return hold(id, next(record));
      }
    },
    isSaved: (id) => !unsaved.has(id),
    close() {
      for (const cancel of retries.values()) cancel();
      retries.clear();
    },
  };
}
