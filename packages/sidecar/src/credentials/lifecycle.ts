import type { FailedAttempt, RefreshIntent, SignIn, SignInStatus, Tokens } from './sign-in.ts';
import { type Account, absentSignIn } from './sign-in.ts';

/** How long a credential cools down that was rejected for a reason that names no end, as right after a good refresh. */
export const defaultCooldownMs = 5 * 60_000;

/** What happened. Every fact but `tokens_issued` and `signed_out` carries the version of the token it is about. */
export type Fact =
  | {
      readonly type: 'tokens_issued';
      readonly tokens: Tokens;
      readonly issuer: string;
      readonly clientId: string;
      readonly account: Account | null;
    }
  | {
      readonly type: 'tokens_refreshed';
      readonly version: number;
      readonly tokens: Tokens;
      readonly account: Account | null;
    }
  | { readonly type: 'refreshed_elsewhere'; readonly newer: SignIn }
  | {
      readonly type: 'refresh_failed';
      readonly version: number;
      readonly attempt: FailedAttempt;
      /** What is left of the intent: null where the server is known not to have spent the token. */
      readonly intent: RefreshIntent | null;
    }
  | {
      readonly type: 'refresh_rejected';
      readonly version: number;
      readonly interrupted: boolean;
      readonly atMs: number;
    }
  | {
      readonly type: 'refresh_misconfigured';
      readonly version: number;
      readonly attempt: FailedAttempt;
      /** As for `refresh_failed`: a refused installation says nothing of a token that was possibly spent before. */
      readonly intent: RefreshIntent | null;
    }
  | { readonly type: 'access_token_rejected'; readonly version: number }
  | { readonly type: 'access_token_rejected_again'; readonly version: number; readonly atMs: number }
  | { readonly type: 'access_token_accepted'; readonly version: number; readonly atMs: number }
  | { readonly type: 'account_named'; readonly version: number; readonly account: Account }
  | { readonly type: 'signed_out' };

type FactType = Fact['type'];

/** What a fact does to a status: the status that follows, or that nothing changes. */
type Cell = SignInStatus | 'stays';

/** Every cell typed: a new fact or status does not compile until its column and row are filled. */
export const lifecycleTable: { readonly [F in FactType]: { readonly [S in SignInStatus]: Cell } } = {
  tokens_issued: all('active'),
  tokens_refreshed: {
    absent: 'stays',
    active: 'active',
    rejected: 'active',
    reauthorization_required: 'active',
  },
  refreshed_elsewhere: all('active'),
  refresh_failed: all('stays'),
  refresh_rejected: {
    absent: 'stays',
    active: 'reauthorization_required',
    rejected: 'reauthorization_required',
    reauthorization_required: 'stays',
  },
  refresh_misconfigured: all('stays'),
  account_named: all('stays'),
  access_token_rejected: {
    absent: 'stays',
    active: 'rejected',
    rejected: 'stays',
    reauthorization_required: 'stays',
  },
  access_token_rejected_again: all('stays'),
  access_token_accepted: all('stays'),
  signed_out: { absent: 'stays', active: 'absent', rejected: 'absent', reauthorization_required: 'absent' },
};

/** The record after a fact. The same object comes back where the fact changes nothing, or is about another version. */
export function apply(record: SignIn, fact: Fact): SignIn {
  if ('version' in fact && fact.version !== record.version) return record;
  const cell = lifecycleTable[fact.type][record.status];
  const status = cell === 'stays' ? record.status : cell;
  if (record.status === 'absent' && fact.type !== 'tokens_issued' && fact.type !== 'refreshed_elsewhere')
    return record;
  switch (fact.type) {
    case 'tokens_issued':
      return {
        ...absentSignIn(record.version + 1),
        status,
        tokens: fact.tokens,
        issuer: fact.issuer,
        clientId: fact.clientId,
        account: fact.account,
      };
    case 'tokens_refreshed':
      return {
        ...record,
        version: record.version + 1,
        status,
        reason: null,
        tokens: {
          ...fact.tokens,
          refreshToken: fact.tokens.refreshToken ?? record.tokens?.refreshToken ?? null,
          // A server that does not repeat the login's end has not moved it.
          loginEndsAtMs: fact.tokens.loginEndsAtMs ?? record.tokens?.loginEndsAtMs ?? null,
        },
        account: fact.account ?? record.account,
        failedAttempt: null,
        intent: null,
        cooldown: null,
      };
    case 'refreshed_elsewhere':
      return fact.newer.version > record.version ? fact.newer : record;
    case 'refresh_failed':
    case 'refresh_misconfigured':
      return { ...record, failedAttempt: fact.attempt, intent: fact.intent };
    case 'refresh_rejected':
      if (record.status === 'reauthorization_required') return record;
      return {
        ...record,
        status,
        reason: fact.interrupted ? 'interrupted_refresh' : 'refresh_rejected',
        intent: null,
        failedAttempt: {
          code: 'reauthorization_required',
          atMs: fact.atMs,
          count: (record.failedAttempt?.count ?? 0) + 1,
          retryAtMs: fact.atMs,
        },
      };
    case 'access_token_rejected':
      return record.status === status ? record : { ...record, status };
    case 'access_token_rejected_again':
      return {
        ...record,
        cooldown: { untilMs: fact.atMs + defaultCooldownMs, version: fact.version },
      };
    case 'access_token_accepted':
      return { ...record, acceptedAtMs: fact.atMs, cooldown: null };
    case 'account_named':
      return { ...record, account: fact.account };
    case 'signed_out':
      return absentSignIn(record.version + 1);
  }
}

function all(cell: Cell): { readonly [S in SignInStatus]: Cell } {
  return { absent: cell, active: cell, rejected: cell, reauthorization_required: cell };
}
