import type { Revocation } from '@postern/contract';
import type { Tokens } from '../credentials/index.ts';
import type { OAuthClient } from '../oauth/index.ts';

const answerWithinMs = 5_000;
const retryStepsMs = [10_000, 60_000, 300_000, 900_000, 3_600_000] as const;

/** Revokes tokens at the authorization server. What could not be sent stays in memory only. */
export interface Revocations {
  /** Revokes; where the server does not answer soon it is tried again behind, and this gives `pending`. Never throws. */
  revoke(credentialId: string, tokens: Tokens): Promise<Revocation>;
  /** What became of the last one of this credential. */
  outcome(credentialId: string): Revocation | null;
  /** Nothing was sent: the tokens belong to another server, may be spent already, or are over there. */
  note(credentialId: string, outcome: 'unsupported' | 'done'): void;
  /** Nothing of an earlier sign-in is sent again from here on: a new one begins. */
  giveUp(): void;
  /** Gives up what would be tried later, and waits a little for what is under way. */
  close(): Promise<void>;
}

export function createRevocations(deps: {
  readonly oauth: Pick<OAuthClient, 'revoke'>;
  readonly log: (line: string) => void;
}): Revocations {
  const outcomes = new Map<string, Revocation>();
  const timers = new Set<NodeJS.Timeout>();
  const retries = new Map<string, NodeJS.Timeout>();
  const inFlight = new Set<Promise<Revocation>>();
  /** Raised by `giveUp`. What was begun in an earlier one, and is still on its way then, is not sent again. */
  let generation = 0;
  let closed = false;

  function attempt(credentialId: string, tokens: Tokens, step: number, of: number): Promise<Revocation> {
    const attempted = send(credentialId, tokens, step, of).finally(() => inFlight.delete(attempted));
    inFlight.add(attempted);
    return attempted;
  }

  async function send(credentialId: string, tokens: Tokens, step: number, of: number): Promise<Revocation> {
    try {
      // Ending the refresh token ends what was granted with it (RFC 7009, section 2.1).
      const outcome =
        tokens.refreshToken === null
          ? await deps.oauth.revoke(tokens.accessToken, 'access_token', tokens.proofKey)
          : await deps.oauth.revoke(tokens.refreshToken, 'refresh_token', tokens.proofKey);
      outcomes.set(credentialId, outcome);
      return outcome;
    } catch {
      const outcome = again(credentialId, tokens, step, of);
      outcomes.set(credentialId, outcome);
      return outcome;
    }
  }

  /** Plans another attempt, and says what is known until then. */
  function again(credentialId: string, tokens: Tokens, step: number, of: number): Revocation {
    if (of !== generation) return givenUp(credentialId);
    const delay = closed ? undefined : retryStepsMs[step];
    if (delay === undefined) {
      deps.log(`the sign-in server could not be notified of the sign-out of ${credentialId}`);
      return closed ? 'pending' : 'unsupported';
    }
    const timer = setTimeout(() => {
      retries.delete(credentialId);
      void attempt(credentialId, tokens, step + 1, of);
    }, delay).unref();
    clearTimeout(retries.get(credentialId));
    retries.set(credentialId, timer);
    return 'pending';
  }

  function givenUp(credentialId: string): Revocation {
    deps.log(
      `the sign-in server was not notified of the sign-out of ${credentialId}: a new sign-in came first`,
    );
    return 'unsupported';
  }

  function giveUp(): void {
    generation += 1;
    for (const [credentialId, timer] of retries) {
      clearTimeout(timer);
      outcomes.set(credentialId, givenUp(credentialId));
    }
    retries.clear();
  }

  return {
    async revoke(credentialId, tokens) {
      outcomes.set(credentialId, 'pending');
      const late = new Promise<Revocation>((resolve) => {
        const timer = setTimeout(() => {
          timers.delete(timer);
          resolve('pending');
        }, answerWithinMs).unref();
        timers.add(timer);
      });
      return await Promise.race([attempt(credentialId, tokens, 0, generation), late]);
    },
    outcome: (credentialId) => outcomes.get(credentialId) ?? null,
    note: (credentialId, outcome) => void outcomes.set(credentialId, outcome),
    giveUp,
    async close() {
      closed = true;
      for (const timer of retries.values()) clearTimeout(timer);
      retries.clear();
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
      const { promise: late, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, answerWithinMs);
      await Promise.race([Promise.all(inFlight), late]);
      clearTimeout(timer);
    },
  };
}
