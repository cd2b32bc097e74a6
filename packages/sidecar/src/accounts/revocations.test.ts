import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Tokens } from '../credentials/index.ts';
import { TransientError } from '../errors/index.ts';
import { Secret } from '../secret/index.ts';
import { createRevocations, type Revocations } from './revocations.ts';

const id = 'oauth:default';
const unreachable = new TransientError('metadata_unavailable', { sent: false });
const tokens = (refreshToken: string | null): Tokens => ({
  accessToken: new Secret('access'),
  refreshToken: refreshToken === null ? null : new Secret(refreshToken),
  tokenType: 'Bearer',
  scopes: [],
  issuedAtMs: 0,
  expiresAtMs: 1,
  loginEndsAtMs: null,
});

/** A server that is told: what it answers next, and what it heard. */
class Server {
  readonly heard: string[] = [];
  answers: (() => Promise<'done' | 'unsupported'>)[] = [];
  readonly log: string[] = [];

  open(): Revocations {
    return createRevocations({
      oauth: {
        revoke: async (token, hint) => {
          this.heard.push(`${hint} ${token.reveal()}`);
          return await (this.answers.shift() ?? (async () => 'done' as const))();
        },
      },
      log: (line) => this.log.push(line),
    });
  }
}

let server: Server;
beforeEach(() => {
  vi.useFakeTimers();
  server = new Server();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('F36 a revocation', () => {
  it('ends the refresh token, and with it all that was granted; without one the access token', async () => {
    const revocations = server.open();
    expect(await revocations.revoke(id, tokens('refresh'))).toBe('done');
    expect(await revocations.revoke(id, tokens(null))).toBe('done');
    expect(server.heard).toEqual(['refresh_token refresh', 'access_token access']);
    expect(revocations.outcome(id)).toBe('done');
    expect(revocations.outcome('oauth:other')).toBeNull();
  });

  it('that the server has no way for is unsupported, and not tried again', async () => {
    server.answers = [async () => 'unsupported'];
    const revocations = server.open();
    expect(await revocations.revoke(id, tokens('refresh'))).toBe('unsupported');
    await vi.advanceTimersByTimeAsync(24 * 3_600_000);
    expect(server.heard).toHaveLength(1);
  });

  it('that fails is pending, and tried again behind until it is done', async () => {
    server.answers = [1, 2].map(() => () => Promise.reject(unreachable));
    const revocations = server.open();
    expect(await revocations.revoke(id, tokens('refresh'))).toBe('pending');
    await vi.advanceTimersByTimeAsync(10_000);
    expect(revocations.outcome(id)).toBe('pending');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(revocations.outcome(id)).toBe('done');
    expect(server.heard).toHaveLength(3);
  });

  it('that never succeeds is given up, and the log says so', async () => {
    server.answers = Array.from({ length: 99 }, () => () => Promise.reject(unreachable));
    const revocations = server.open();
    await revocations.revoke(id, tokens('refresh'));
    await vi.advanceTimersByTimeAsync(24 * 3_600_000);
    expect(server.heard).toHaveLength(6);
    expect(server.log.join()).toContain('could not be notified');
  });

  it('is not sent again once a new sign-in begins', async () => {
    server.answers = [() => Promise.reject(unreachable)];
    const revocations = server.open();
    expect(await revocations.revoke(id, tokens('refresh'))).toBe('pending');
    revocations.giveUp();
    await vi.advanceTimersByTimeAsync(24 * 3_600_000);
    expect(server.heard).toHaveLength(1);
    expect(revocations.outcome(id)).toBe('unsupported');
  });

  it('that is on its way when a new sign-in begins is not sent again after it, and a later one is', async () => {
    const { promise, reject } = Promise.withResolvers<'done'>();
    server.answers = [() => promise, () => Promise.reject(unreachable)];
    const revocations = server.open();
    const earlier = revocations.revoke(id, tokens('earlier'));
    revocations.giveUp();
    reject(unreachable);
    expect(await earlier).toBe('unsupported');
    await vi.advanceTimersByTimeAsync(24 * 3_600_000);
    expect(server.heard).toEqual(['refresh_token earlier']);
    expect(revocations.outcome(id)).toBe('unsupported');
    expect(server.log.join()).toContain('a new sign-in came first');
    expect(await revocations.revoke(id, tokens('later'))).toBe('pending');
    await vi.advanceTimersByTimeAsync(10_000);
    expect(server.heard.slice(1)).toEqual(['refresh_token later', 'refresh_token later']);
    expect(revocations.outcome(id)).toBe('done');
  });

  it('that takes longer than five seconds keeps nobody waiting', async () => {
    const { promise, resolve } = Promise.withResolvers<'done'>();
    server.answers = [() => promise];
    const revocations = server.open();
    const told = revocations.revoke(id, tokens('refresh'));
    await vi.advanceTimersByTimeAsync(5_000);
    expect(await told).toBe('pending');
    resolve('done');
    await vi.advanceTimersByTimeAsync(0);
    expect(revocations.outcome(id)).toBe('done');
  });
});

describe('the end', () => {
  it('waits for a revocation under way, and tries nothing later', async () => {
    const { promise, reject } = Promise.withResolvers<'done'>();
    server.answers = [() => promise];
    const revocations = server.open();
    void revocations.revoke(id, tokens('refresh'));
    let closed = false;
    const closing = revocations.close().then(() => {
      closed = true;
    });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(closed).toBe(false);
    reject(unreachable);
    await closing;
    await vi.advanceTimersByTimeAsync(24 * 3_600_000);
    expect(server.heard).toHaveLength(1);
  });

  it('does not wait for one that never ends', async () => {
    server.answers = [() => new Promise(() => undefined)];
    const revocations = server.open();
    void revocations.revoke(id, tokens('refresh'));
    const closing = revocations.close();
    await vi.advanceTimersByTimeAsync(5_000);
    await closing;
  });
});
