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

/** What would contradict each other on one page: they are shown together where both come within this time. */
const shownTogether: readonly FactName[] = ['status', 'credentials'];
const togetherMs = 500;

/** How long after the first time a route that did not answer is asked again; each further time twice as long. */
const firstRetryMs = 500;
const longestRetryMs = 15_000;

/**
 * Looks made while one is under way are joined into one after it: events come in bursts. A route that does not answer is asked again for as
 * long as the events still come: where they are lost, everything is read once they are back.
 */
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
  /** What got no answer when it was asked for last. */
  const unanswered = new Set<FactName>();
  let retry: ReturnType<typeof setTimeout> | null = null;
  let retries = 0;
  const firstFailure = (): Failure | null => failed.values().next().value ?? null;

  async function look(
    name: FactName,
    asked: Promise<Partial<Facts>>,
    others: Promise<unknown>,
  ): Promise<void> {
    try {
      const facts = await asked;
      const shown = getState().facts[name];
      if (shownTogether.includes(name)) await others;
      failed.delete(name);
      // What an action brought meanwhile is newer.
      const isLatest = getState().facts[name] === shown;
      dispatch({ type: 'facts_loaded', facts: { ...(isLatest ? facts : {}), failure: firstFailure() } });
      answered(name);
    } catch (thrown) {
      const code = thrown instanceof PosternError ? thrown.code : null;
      if (code === 'not_running') {
        unanswered.add(name);
        dispatch({ type: 'fact_unanswered', atMs: Date.now() });
        return;
      }
      answered(name);
      if (code === 'unauthorized') dispatch({ type: 'connection_refused' });
      else {
        failed.set(name, failureOfThrown(thrown));
        dispatch({ type: 'facts_loaded', facts: { failure: firstFailure() } });
      }
    }
  }

  function answered(name: FactName): void {
    unanswered.delete(name);
    if (unanswered.size > 0) return;
    retries = 0;
    dispatch({ type: 'facts_answered' });
  }

  function mayAnswer(): boolean {
    const { connection } = getState();
    return connection.state === 'reconnecting' && connection.eventsOpen;
  }

  function askAgainLater(): void {
    if (retry !== null || unanswered.size === 0 || !mayAnswer()) return;
    const inMs = Math.min(firstRetryMs * 2 ** retries, longestRetryMs);
    retries += 1;
    retry = setTimeout(() => {
      retry = null;
      if (mayAnswer()) void read([...unanswered]);
    }, inMs);
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
      const asked = names.map((name) => ({ name, facts: ask(name) }));
      const together = asked.filter(({ name }) => shownTogether.includes(name)).map(({ facts }) => facts);
      const others = withinTime(Promise.allSettled(together));
      await Promise.all(asked.map(({ name, facts }) => look(name, facts, others)));
      // Only the list tells which sign-in is the one to look at.
      const { credentials } = getState().facts;
      if (credentials !== null && lookedAt !== null && signInShown(credentials) !== lookedAt)
        waiting.add('status');
    }
    running = null;
    askAgainLater();
  }

  function read(names: readonly FactName[]): Promise<void> {
    for (const name of names) waiting.add(name);
    // With nothing to ask for, `work` would be over before `running` is set, and nothing would ever be fetched again.
    if (waiting.size === 0) return running ?? Promise.resolve();
    running ??= work();
    return running;
  }
  return read;
}

function withinTime(others: Promise<unknown>): Promise<unknown> {
  const { promise, resolve } = Promise.withResolvers<unknown>();
  const timer = setTimeout(resolve, togetherMs);
  return Promise.race([others.finally(() => clearTimeout(timer)), promise]);
}
