import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeClock, SharedDirectory } from '../../test/support/access-token/fakes.ts';
import { codeOf, hour, id } from '../../test/support/access-token/harness.ts';
import { type ReportedFact, standingOf } from '../credentials/index.ts';
import { createSuppliedTokens } from './create-supplied-tokens.ts';
import { readSuppliedToken } from './read-supplied-token.ts';

const minute = 60_000;
const now = 1_700_000_000_000;

describe('what a source gives', () => {
  const lifeOf = (text: string): number => readSuppliedToken(text, now).expiresAtMs - now;
  const jwt = (exp: number): string => `e30.${Buffer.from(JSON.stringify({ exp })).toString('base64url')}.x`;

  it.each([
    ['sk-bare', 300_000],
    ['{"access_token":"sk-a"}', 300_000],
    ['{"access_token":"sk-a","expires_in":60}', minute],
    ['{"access_token":"sk-a","expires_in":"60"}', minute],
    [`{"access_token":"sk-a","expires_at":${now / 1000 + 60}}`, minute],
    [`{"access_token":"sk-a","expires_at":${now + minute}}`, minute],
    [`{"access_token":"sk-a","expires_at":"${new Date(now + minute).toISOString()}"}`, minute],
    [jwt(now / 1000 + 60), minute],
    ['{"access_token":"sk-a","expires_in":1e12}', 365 * 24 * hour],
  ])('lives as it says: %s', (text, lifeMs) => {
    expect(lifeOf(text)).toBe(lifeMs);
  });

  it('may name its scopes', () => {
    expect(readSuppliedToken('{"access_token":"a","scope":"one two"}', now).scopes).toEqual(['one', 'two']);
  });

  it.each([
    ['{"token":"canary"}', 'no access token'],
    ['two words', 'no access token'],
    ['{"access_token":"canary', 'begins like JSON'],
    ['{"access_token":"canary","expires_in":0}', 'has ended already'],
    ['{"access_token":"canary","expires_in":"soon"}', 'expires_in is no number'],
    ['{"access_token":"canary","expires_at":"soon"}', 'expires_at is no time'],
    [jwt(now / 1000 - 1), 'has ended already'],
    ['x'.repeat(17_000), 'longer than'],
  ])('is refused in words that hold nothing of it: %s', (text, words) => {
    expect(() => readSuppliedToken(text, now)).toThrow(words);
    expect(() => readSuppliedToken(text, now)).not.toThrow('canary');
  });
});

describe('access tokens of the operator', () => {
  let directory: string;
  let path: string;
  let time: FakeClock;
  let shared: SharedDirectory;
  let facts: ReportedFact[];
  let lines: string[];
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'postern-supplied-'));
    path = join(directory, 'token');
    time = new FakeClock();
    shared = new SharedDirectory();
    facts = [];
    lines = [];
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  const give = (token: string, seconds = 3600): void =>
    writeFileSync(path, JSON.stringify({ access_token: token, expires_in: seconds }));
  const open = () =>
    createSuppliedTokens({
      source: { kind: 'file', path },
      environment: {},
      store: shared.store,
      report: (fact) => facts.push(fact),
      clock: time.clock,
      log: (line) => lines.push(line),
      random: () => 0.5,
    });

  it('are asked for once while they are fresh, and stored nowhere', async () => {
    give('canary-one');
    const access = open();
    const [first, second] = await Promise.all([access.get(id), access.get(id)]);
    expect([first.accessToken.reveal(), second.accessToken.reveal()]).toEqual(['canary-one', 'canary-one']);
    give('canary-two');
    expect((await access.get(id)).accessToken.reveal()).toBe('canary-one');
    expect([shared.locks, shared.writes]).toEqual([1, 0]);
    expect(await access.current(id)).toMatchObject({ status: 'active', supplied: true });
    expect(standingOf(await access.current(id), time.nowMs)).toMatchObject({
      refreshable: true,
      usable: true,
    });
  });

  it('are asked for again before they end, and once they have', async () => {
    give('one');
    const access = open();
    await access.get(id);
    give('two');
    await time.pass(hour - 5 * minute);
    expect((await access.get(id)).accessToken.reveal()).toBe('one');
    await expect.poll(async () => (await access.get(id)).accessToken.reveal()).toBe('two');
    give('three');
    await time.pass(2 * hour);
    expect((await access.get(id)).accessToken.reveal()).toBe('three');
  });

  it('are asked for once after a 401, and one that comes again is not sent again', async () => {
    give('one');
    const access = open();
    const { version } = await access.get(id);
    give('two');
    expect((await access.get(id, { rejectedVersion: version })).accessToken.reveal()).toBe('two');
    const second = (await access.get(id)).version;
    expect(await codeOf(access.get(id, { rejectedVersion: second }))).toBe('refresh_unavailable');
    expect(await codeOf(access.get(id))).toBe('refresh_unavailable');
    expect(lines.join()).toContain('the token again that the service rejected');
  });

  it('have one version for one token, in every process', async () => {
    give('one');
    expect((await open().get(id)).version).toBe((await open().get(id)).version);
  });

  it('serve to their end where the source fails, and the failure is said', async () => {
    give('one');
    const access = open();
    await access.get(id);
    writeFileSync(path, '');
    await time.pass(hour - 30_000);
    expect((await access.get(id)).accessToken.reveal()).toBe('one');
    expect(await access.current(id)).toMatchObject({ failedAttempt: { code: 'token_source_unavailable' } });
    await time.pass(minute);
    expect(await codeOf(access.get(id))).toBe('refresh_unavailable');
    give('two');
    await time.pass(10 * minute);
    expect((await access.get(id)).accessToken.reveal()).toBe('two');
    expect(await access.current(id)).toMatchObject({ failedAttempt: null });
  });

  it('F20 are asked for once per back-off step while the old one serves, however many ask', async () => {
    give('one');
    const access = open();
    await access.get(id);
    writeFileSync(path, '');
    await time.pass(hour - 30_000);
    for (let second = 0; second < 7; second += 1) {
      for (let caller = 0; caller < 5; caller += 1)
        expect((await access.get(id)).accessToken.reveal()).toBe('one');
      await time.pass(1_000);
    }
    // The first of all, the one that failed, and one more after five seconds.
    expect(shared.locks).toBe(3);
    give('two');
    await time.pass(15_000);
    expect((await access.get(id)).accessToken.reveal()).toBe('two');
  });

  it('are asked for again behind, long before they end, after the source failed once', async () => {
    give('one');
    const access = open();
    await access.get(id);
    writeFileSync(path, '');
    await time.pass(hour - 9 * minute);
    await access.get(id);
    await expect
      .poll(async () => (await access.current(id)).failedAttempt?.code)
      .toBe('token_source_unavailable');
    await access.get(id);
    expect(shared.locks).toBe(2);
    give('two');
    await time.pass(5_001);
    expect((await access.get(id)).accessToken.reveal()).toBe('one');
    await expect.poll(async () => (await access.get(id)).accessToken.reveal()).toBe('two');
  });

  it('that never came make a credential that fails, not one that nobody set up', async () => {
    const access = open();
    const record = await access.current(id);
    expect(standingOf(record, time.nowMs)).toMatchObject({
      state: 'refresh_failing',
      usable: false,
      code: 'refresh_unavailable',
    });
    // While it is paused it still says why: the first question may have been a quiet one.
    await expect(access.get(id)).rejects.toMatchObject({
      ...{
        code: 'refresh_unavailable',
        detail: expect.stringMatching(/: (?!asking).+; asking again is paused/),
      },
    });
  });

  it('are asked for by one at a time, across processes', async () => {
    give('one');
    let release = (): void => undefined;
    const held = shared.store.exclusively(
      () =>
        new Promise<void>((resolve) => {
          release = resolve;
        }),
    );
    const asked = open().get(id);
    await time.pass(0);
    release();
    await held;
    expect((await asked).accessToken.reveal()).toBe('one');
  });

  it('can neither be signed in for nor out of', async () => {
    give('one');
    const access = open();
    expect(await codeOf(access.end(id))).toBe('supplied_by_operator');
    expect(await access.revocable(id)).toBeNull();
    expect(await codeOf(access.get('oauth:other'))).toBe('not_signed_in');
  });

  it('leave no trace of themselves in logs and facts', async () => {
    for (const token of ['canary-one', 'canary two', '{"access_token":"canary"']) {
      writeFileSync(path, token);
      await codeOf(open().get(id));
    }
    expect(JSON.stringify([lines, facts])).not.toContain('canary');
  });
});
