/** A machine, a server and processes for this room's tests. */

import type { AccessTokens } from '../../../src/access-token/access-tokens.ts';
import { createAccessTokens } from '../../../src/access-token/create-access-tokens.ts';
import type { ReportedFact } from '../../../src/credentials/index.ts';
import { TransientError } from '../../../src/errors/index.ts';
import type { OAuthClient } from '../../../src/oauth/index.ts';
import { FakeClock, issuer, SharedDirectory, StrictServer } from './fakes.ts';

export const id = 'oauth:default';
export const hour = 3_600_000;
/** The server answered, and did not take the token. */
export const unavailable = (): TransientError => new TransientError('refresh_unavailable', { sent: false });
/** The answer was lost. */
export const uncertain = (): TransientError => new TransientError('refresh_uncertain', { sent: true });

/** One machine, its server, and what was reported. */
export interface World {
  readonly time: FakeClock;
  readonly server: StrictServer;
  readonly directory: SharedDirectory;
  readonly facts: ReportedFact[];
  /** Another process with the same directory; `random` is its luck, `oauth` its own client. */
  readonly open: (random?: number, oauth?: OAuthClient) => AccessTokens;
}

/** One machine on which nobody is signed in. */
export function world(): World {
  const time = new FakeClock();
  const server = new StrictServer(time);
  const directory = new SharedDirectory();
  const facts: ReportedFact[] = [];
  const open = (random = 0.5, oauth: OAuthClient = server.client): AccessTokens =>
    createAccessTokens({
      store: directory.store,
      oauth,
      report: (fact) => facts.push(fact),
      clock: time.clock,
      schedule: time.schedule,
      random: () => random,
      log: () => undefined,
    });
  return { time, server, directory, facts, open };
}

/** The same with a sign-in, and the process that did it. */
export async function signedIn(): Promise<World & { readonly access: AccessTokens }> {
  const made = world();
  const access = made.open();
  await access.issue(id, made.server.grant(), issuer, 'client');
  return { ...made, access };
}

/** The code a promise fails with. */
export async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return 'no error';
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : 'another error';
  }
}
