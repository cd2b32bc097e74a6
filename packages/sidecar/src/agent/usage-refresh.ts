import type { ErrorCode, UsageRefresh } from '@postern/contract';
import { z } from 'zod';
import { type Clock, type DelegatedCredentials, type DelegatedRun, instant } from '../credentials/index.ts';
import { Failure, InvalidRequestError } from '../errors/index.ts';
import type { AgentDocuments, UsageReading } from './child/index.ts';

/** An account is not asked again sooner than this, however often it is wanted. */
const askedEveryMs = 5 * 60_000;
const documentName = 'usage_refresh';

/** Plan windows on request: read by the program that holds the sign-in. */
export interface UsageRefresher {
  /**
   * Asks every signed-in Claude Code account that was not asked in the last five minutes; requests at the same time share it. One that
   * cannot be asked is in the answer, under its code.
   * @throws InvalidRequestError `not_in_sandbox`, `not_signed_in` where there is no such account
   */
  refresh(): Promise<readonly UsageRefresh[]>;
}

/** What it is built from. */
export interface UsageRefresherDeps {
  readonly delegated: Pick<DelegatedCredentials, 'refresh' | 'candidates' | 'runOf' | 'note'>;
  readonly ask: (signIn: DelegatedRun) => Promise<readonly UsageReading[]>;
  /** Keeps when each account was asked last, over restarts. */
  readonly documents: AgentDocuments;
  /** In the sandbox no real account is asked. */
  readonly sandbox: boolean;
  readonly clock: Clock;
}

const askedSchema = z.record(z.string(), z.number()).catch({});

/** Builds it; nothing is asked before the first `refresh`. */
export function createUsageRefresher(deps: UsageRefresherDeps): UsageRefresher {
  const { clock, delegated, documents } = deps;
  let running: Promise<readonly UsageRefresh[]> | null = null;

  /** Kept before the program is asked: one that takes Postern down with it is not asked at once again. */
  function claim(credentialId: string): { readonly isDue: boolean; readonly askedAtMs: number } {
    const nowMs = clock();
    const last = askedSchema.parse(documents.read(documentName) ?? {})[credentialId];
    // A time ahead of the clock is a clock that was set back.
    if (last !== undefined && last <= nowMs && nowMs - last < askedEveryMs)
      return { isDue: false, askedAtMs: last };
    documents.update(documentName, (current) => ({
      ...askedSchema.parse(current ?? {}),
      [credentialId]: nowMs,
    }));
    return { isDue: true, askedAtMs: nowMs };
  }

  async function refreshOne(credentialId: string): Promise<UsageRefresh> {
    const signIn = delegated.runOf(credentialId);
    const { isDue, askedAtMs } = claim(credentialId);
    const common = {
      credentialId,
      askedAt: instant(askedAtMs),
      nextAt: instant(askedAtMs + askedEveryMs),
    };
    if (!isDue || signIn === null) return { ...common, state: 'recent', code: null };
    try {
      for (const reading of await deps.ask(signIn))
        delegated.note(credentialId, { type: 'window_seen', ...reading, status: null });
      return { ...common, state: 'read', code: null };
    } catch (error) {
      return { ...common, state: 'failed', code: codeOf(error) };
    }
  }

  async function refreshAll(): Promise<readonly UsageRefresh[]> {
    await delegated.refresh();
    const accounts = delegated
      .candidates()
      // A login that cools down for a limit is the one whose reset is wanted; one that is signed out has nothing to ask.
      .filter(({ ref, usable }) => ref.kind === 'claude_code' && usable);
    if (accounts.length === 0) throw new InvalidRequestError('not_signed_in');
    const done: UsageRefresh[] = [];
    // One program at a time: each costs a start, and accounts are few.
    for (const { ref } of accounts) done.push(await refreshOne(ref.id));
    return done;
  }

  return {
    async refresh() {
      if (deps.sandbox) throw new InvalidRequestError('not_in_sandbox');
      running ??= refreshAll().finally(() => {
        running = null;
      });
      return await running;
    },
  };
}

function codeOf(error: unknown): ErrorCode {
  return error instanceof Failure ? error.code : 'internal_error';
}
