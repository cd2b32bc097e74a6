import { PosternError } from '@postern/client';
import { type Failure, failureOfThrown } from '../format/index.ts';
import { signInShown } from './accounts.ts';
import type { Deps } from './deps.ts';
import type { Facts } from './facts.ts';

/** Which of the facts to ask for. */
export type FactName = 'health' | 'settings' | 'status' | 'credentials';

/** All of them. */
export const everyFact: readonly FactName[] = ['health', 'settings', 'status', 'credentials'];

/** Asks the routes what is so now, and puts each answer into the store as it comes. */
export type ReadFacts = (names: readonly FactName[]) => Promise<void>;

/** Looks made while one is under way are joined into one after it: events come in bursts. */
export function createReadFacts({
  client,
  dispatch,
  getState,
}: Pick<Deps, 'client' | 'dispatch' | 'getState'>): ReadFacts {
  let running: Promise<void> | null = null;
  const waiting = new Set<FactName>();
  /** The sign-in whose status was asked for last. */
  let lookedAt: string | null = null;
  /** What could not be read when it was asked for last: that another fact could be read does not make it good. */
  const failed = new Map<FactName, Failure>();
  const firstFailure = (): Failure | null => failed.values().next().value ?? null;

  async function look(name: FactName): Promise<void> {
    try {
      const facts = await ask(name);
      failed.delete(name);
      dispatch({ type: 'facts_loaded', facts: { ...facts, failure: firstFailure() } });
    } catch (thrown) {
      const code = thrown instanceof PosternError ? thrown.code : null;
      if (code === 'unauthorized') dispatch({ type: 'connection_refused' });
      else if (code === 'not_running') dispatch({ type: 'connection_lost', atMs: Date.now() });
      else {
        failed.set(name, failureOfThrown(thrown));
        dispatch({ type: 'facts_loaded', facts: { failure: firstFailure() } });
      }
    }
  }

  async function ask(name: FactName): Promise<Partial<Facts>> {
    switch (name) {
      case 'health':
        return { health: await client().health() };
      case 'settings':
        return { settings: await client().settings() };
      case 'status':
        lookedAt = signInShown(getState().facts.credentials ?? []);
        return { status: await client().auth.status({ credential: lookedAt }) };
      case 'credentials':
        return { credentials: await client().credentials() };
    }
  }

  async function work(): Promise<void> {
    while (waiting.size > 0) {
      const names = [...waiting];
      waiting.clear();
      await Promise.all(names.map(look));
      // Only the list tells which sign-in is the one to look at.
      const { credentials } = getState().facts;
      if (credentials !== null && lookedAt !== null && signInShown(credentials) !== lookedAt)
        waiting.add('status');
    }
    running = null;
  }

  return (names) => {
    for (const name of names) waiting.add(name);
    // With nothing to ask for, `work` would be over before `running` is set, and nothing would ever be fetched again.
    if (waiting.size === 0) return running ?? Promise.resolve();
    running ??= work();
    return running;
  };
}
