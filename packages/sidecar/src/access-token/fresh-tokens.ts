import type { Clock, SignIn } from '../credentials/index.ts';
import type { UsableToken } from './access-tokens.ts';

/**
 * How long a token is served without a look at the store, by the wall clock: another process may have signed out meanwhile. Short enough
 * that nobody can tell it from a request that was already on its way.
 */
const servedWithoutLookMs = 100;

/** Tokens that were found fresh just now. Every model call asks for one, so this costs no more than a look into a map. */
export interface FreshTokens {
  /** The token, where it was noted just now and `held` is still the record it was noted with; else null. */
  recall(id: string, held: SignIn | null): Promise<UsableToken> | null;
  note(id: string, held: SignIn, token: UsableToken): Promise<UsableToken>;
}

interface Noted {
  readonly held: SignIn;
  readonly token: Promise<UsableToken>;
  readonly fromMs: number;
}

export function createFreshTokens(clock: Clock): FreshTokens {
  const noted = new Map<string, Noted>();
  return {
    recall(id, held) {
      const entry = noted.get(id);
      if (entry === undefined || entry.held !== held) return null;
      const ageMs = clock() - entry.fromMs;
      // A clock that was set back makes it no younger.
      return ageMs >= 0 && ageMs < servedWithoutLookMs ? entry.token : null;
    },
    note(id, held, token) {
      const entry = { held, token: Promise.resolve(token), fromMs: clock() };
      noted.set(id, entry);
      return entry.token;
    },
  };
}
