import { PosternError } from '@postern/client';
import { failureOfThrown } from '../format/index.ts';
import { signInShown } from '../settings/account.ts';
import type { Deps } from './deps.ts';
import type { Facts } from './facts.ts';

/** Which of the facts to ask for. */
export type FactName = Exclude<keyof Facts, 'failure'>;

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

  async function look(name: FactName): Promise<void> {
    try {
      dispatch({ type: 'facts_loaded', facts: { ...(await ask(name)), failure: null } });
    } catch (thrown) {
      const code = thrown instanceof PosternError ? thrown.code : null;
      if (code === 'unauthorized') dispatch({ type: 'connection_refused' });
      else if (code === 'not_running') dispatch({ type: 'connection_lost', atMs: Date.now() });
      else dispatch({ type: 'facts_loaded', facts: { failure: failureOfThrown(thrown) } });
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
    running ??= work();
    return running;
  };
}
