/** Stand-ins with behaviour for this room's tests: a store in memory that can fail, a strict authorization server, a clock by hand. */

import type { Schedule } from '../../../src/access-token/access-tokens.ts';
import { absentSignIn, type SignIn, type Tokens } from '../../../src/credentials/index.ts';
import { ReauthorizationRequiredError, StoreError, TransientError } from '../../../src/errors/index.ts';
import type { OAuthClient, TokenGrant } from '../../../src/oauth/index.ts';
import { Secret } from '../../../src/secret/index.ts';
import type { Store } from '../../../src/store/index.ts';

export const issuer = 'https://as.example';

/** Time that only moves when told; timers run when it passes them. */
export class FakeClock {
  nowMs = 1_700_000_000_000;
  #timers: { readonly atMs: number; readonly run: () => void }[] = [];

  readonly clock = (): number => this.nowMs;

  readonly schedule: Schedule = (delayMs, run) => {
    const timer = { atMs: this.nowMs + delayMs, run };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((each) => each !== timer);
    };
  };

  /** Due times of all timers, relative to now. */
  waits(): number[] {
    return this.#timers.map((timer) => timer.atMs - this.nowMs);
  }

  /** Moves time, running what falls due on the way, each at its own time. `jump` moves first: a sleep. */
  async pass(ms: number, how: 'awake' | 'jump' = 'awake'): Promise<void> {
    const endMs = this.nowMs + ms;
    if (how === 'jump') this.nowMs = endMs;
    for (;;) {
      const due = this.#timers.filter((timer) => timer.atMs <= endMs).toSorted((a, b) => a.atMs - b.atMs)[0];
      if (due === undefined) break;
      this.#timers = this.#timers.filter((each) => each !== due);
      this.nowMs = Math.max(this.nowMs, due.atMs);
      due.run();
      await settle();
    }
    this.nowMs = endMs;
    await settle();
  }
}

/** Lets everything run that waits for nothing but promises. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
  await new Promise((resolve) => setImmediate(resolve));
}

/** One data directory: what several processes would share. */
export class SharedDirectory {
  readonly records = new Map<string, SignIn>();
  failWrites: 'storage_full' | 'credential_store_locked' | null = null;
  failReads: 'credential_store_locked' | null = null;
  /** Whoever holds the lock keeps it: those who wait a limited time have waited it. */
  holderSuspended = false;
  /** How often a record was read. */
  reads = 0;
  /** How often the lock was asked for. */
  locks = 0;
  /** How often something was to be written. */
  writes = 0;
  #queue: Promise<unknown> = Promise.resolve();

  readonly store: Pick<Store, 'signIns' | 'exclusively'> = {
    signIns: {
      ids: () => [...this.records.keys()],
      read: async (id) => {
        this.reads += 1;
        if (this.failReads !== null) throw new StoreError(this.failReads);
        return this.records.get(id) ?? absentSignIn(0);
      },
      update: async (id, change) => {
        const current = this.records.get(id) ?? absentSignIn(0);
        const next = change(current);
        if (next === current) return current;
        this.writes += 1;
        if (this.failWrites !== null) throw new StoreError(this.failWrites);
        this.records.set(id, next);
        return next;
      },
    },
    exclusively: async (work, options) => {
      this.locks += 1;
      if (this.holderSuspended && options?.timeoutMs !== undefined)
        throw new TransientError('refresh_unavailable', { sent: false });
      const done = this.#queue.then(work);
      this.#queue = done.catch(() => undefined);
      return await done;
    },
  };
}

/** An authorization server that ends a whole family when a refresh token comes twice. */
export class StrictServer {
  /** Every refresh token that was ever sent to it, in order. */
  readonly sent: string[] = [];
  readonly revoked: string[] = [];
  familyEnded = false;
  /** False: a refresh token stays good when it is used, and no other one comes with the answer. */
  rotates = true;
  lifeMs = 3_600_000;
  /** What happens to the next requests instead of a good answer; `after`: once the token is spent. */
  readonly trouble: { readonly when: 'before' | 'after'; readonly error: Error }[] = [];
  /** Holds every answer until it is released. */
  hold: Promise<void> = Promise.resolve();
  /** Called when a refresh arrives. */
  onArrival: () => void = () => undefined;
  #valid = new Set<string>();
  #serial = 0;
  readonly #clock: FakeClock;

  constructor(clock: FakeClock) {
    this.#clock = clock;
  }

  grant(): TokenGrant {
    this.#serial += 1;
    const refreshToken = `refresh-${this.#serial}`;
    this.#valid.add(refreshToken);
    const tokens: Tokens = {
      accessToken: new Secret(`access-${this.#serial}`),
      refreshToken: new Secret(refreshToken),
      tokenType: 'Bearer',
      scopes: ['user:inference'],
      issuedAtMs: this.#clock.nowMs,
      expiresAtMs: this.#clock.nowMs + this.lifeMs,
      loginEndsAtMs: null,
    };
    return { tokens, account: { email: 'person@example.com', organization: null }, subject: null };
  }

  readonly client: OAuthClient = {
    configured: true,
    provider: 'as.example',
    issuer,
    clientId: 'client',
    describe: () => Promise.reject(new Error('not in these tests')),
    begin: () => Promise.reject(new Error('not in these tests')),
    judgeResponse: () => Promise.reject(new Error('not in these tests')),
    exchange: () => Promise.reject(new Error('not in these tests')),
    whose: async () => null,
    refresh: async (current) => {
      const refreshToken = current.refreshToken?.reveal() ?? '';
      this.sent.push(refreshToken);
      this.onArrival();
      const trouble = this.trouble.shift();
      if (trouble?.when === 'before') throw trouble.error;
      await this.hold;
      const isGood = this.rotates ? this.#valid.delete(refreshToken) : this.#valid.has(refreshToken);
      if (this.familyEnded || !isGood) {
        this.familyEnded = true;
        throw new ReauthorizationRequiredError('reauthorization_required');
      }
      const grant = this.grant();
      if (trouble !== undefined) throw trouble.error;
      return this.rotates ? grant : { ...grant, tokens: { ...grant.tokens, refreshToken: null } };
    },
    revoke: async (token) => {
      this.revoked.push(token.reveal());
      this.#valid.delete(token.reveal());
      return 'done';
    },
  };
}
