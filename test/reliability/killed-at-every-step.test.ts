/** F31: `kill -9` at every step of sign-in, refresh and sign-out, then a restart. */

import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { approveOverHttp } from '@postern/sandbox';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openPlace, type Place } from './harness/open-place.ts';
import { credentialId, type Rooms } from './harness/open-rooms.ts';
import { signInOverHttp } from './harness/sign-in-over-http.ts';
import { startProgram } from './harness/start-program.ts';
import type { Order } from './harness/use-token.program.ts';

let place: Place;
let log: string[];
beforeEach(async () => {
  place = await openPlace();
  log = [];
});
afterEach(() => place.close());

/** Runs a process to the step at which it dies. */
async function dieAt(killAt: string, what: Order['do']): Promise<void> {
  const { dataDir, sandbox } = place;
  const program = startProgram({ dataDir, sandbox, do: what, killAt });
  expect(await program.ended).toBeNull();
  expect(program.process.signalCode).toBe('SIGKILL');
}

/** A restart: the database is whole, nothing in it had to be set aside, and `work` finds it as it is. */
async function restarted<T>(work: (rooms: Rooms) => Promise<T>, shiftMs = 0): Promise<T> {
  const database = new DatabaseSync(join(place.dataDir, 'postern.db'));
  expect(database.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
  expect(database.prepare('SELECT count(*) AS rows FROM set_aside').get()).toEqual({ rows: 0 });
  database.close();
  const rooms = await place.open({ clock: () => Date.now() + shiftMs, log: (line) => log.push(line) });
  try {
    expect(log.filter((line) => /could not be read|set aside/.test(line))).toEqual([]);
    return await work(rooms);
  } finally {
    await rooms.close();
  }
}

const state = ({ signIns }: Rooms): Promise<string> => signIns.status(null).then((status) => status.state);
const used = async ({ accessTokens }: Rooms): Promise<number | string> =>
  await accessTokens.get(credentialId).then(
    ({ version }) => version,
    (error: { readonly code: string }) => error.code,
  );
async function timesSent(): Promise<readonly number[]> {
  return Object.values((await place.trouble.requests()).refresh.timesSentByFingerprint);
}
async function codesSent(): Promise<number> {
  const { counts } = await place.trouble.requests();
  return Object.values(counts['token:authorization_code'] ?? {}).reduce((sum, each) => sum + each, 0);
}

describe('a sign-in that is killed', () => {
  it('when it is about to wait: it still waits, and can be completed', async () => {
    await dieAt('pending_written', 'sign_in');
    await restarted(async (rooms) => {
      const { state, pendingSignIn } = await rooms.signIns.status(null);
      expect(state).toBe('pending');
      const redirect = new URL(await approveOverHttp(pendingSignIn?.authorizationUrl ?? ''));
      expect((await rooms.signIns.completeFromBrowser({ parameters: redirect.searchParams })).status).toBe(
        200,
      );
    });
    expect(await restarted(used)).toBe(1);
    expect(await codesSent()).toBe(1);
  });

  it.each([
    ['before its code is sent', 'pending_taken', 0],
    ['when its tokens have come and are not stored', 'exchanged', 1],
  ])(
    '%s: nobody is signed in, the code is not sent again, and signing in works',
    async (_name, step, sent) => {
      await dieAt(step, 'sign_in');
      expect(await restarted(state)).toBe('signed_out');
      expect(await codesSent()).toBe(sent);
      expect(await restarted((rooms) => signInOverHttp(rooms))).toBe(true);
      expect(await restarted(used)).toBe(1);
    },
  );

  it('when its tokens are stored: it is a sign-in', async () => {
    await dieAt('issued', 'sign_in');
    expect(await restarted(state)).toBe('signed_in');
    expect(await restarted(used)).toBe(1);
  });
});

describe('a refresh that is killed', () => {
  beforeEach(() => place.signIn());

  it('before it is intended: the next one is the first', async () => {
    await place.expire();
    await dieAt('locked', 'get');
    expect(await restarted(used)).toBe(2);
    expect(await timesSent()).toEqual([1]);
  });

  it('when it is intended, and was not sent: the late try is the first time it is sent', async () => {
    await place.expire();
    await dieAt('intent_written', 'get');
    expect(await restarted(used)).toBe(2);
    expect(await timesSent()).toEqual([1]);
  });

  it('when it is intended and the access token lives: that is used to its end, and nothing is sent', async () => {
    await dieAt('intent_written', 'refresh');
    await restarted(async (rooms) => {
      expect(await used(rooms)).toBe(1);
      await expect(rooms.signIns.refresh(null)).rejects.toMatchObject({ code: 'refresh_uncertain' });
    });
    expect(await timesSent()).toEqual([]);
    expect(await restarted(used, 3_600_000)).toBe(2);
    expect(await timesSent()).toEqual([1]);
  });

  it('when its answer has come and is not stored: one late try, then a person, and nothing after that', async () => {
    await place.expire();
    await dieAt('answered', 'get');
    for (let n = 0; n < 3; n += 1) expect(await restarted(used)).toBe('reauthorization_required');
    expect(await timesSent()).toEqual([2]);
    expect(await place.stored()).toMatchObject({ reason: 'interrupted_refresh' });
    expect(await restarted((rooms) => signInOverHttp(rooms))).toBe(true);
    expect(await restarted(used)).toBeGreaterThan(1);
  });

  it('when it is stored: it is a refresh', async () => {
    await place.expire();
    await dieAt('stored', 'get');
    expect(await restarted(used)).toBe(2);
    expect(await timesSent()).toEqual([1]);
  });

  it('and its late try is killed before it was sent: never again, for it may have been', async () => {
    await place.expire();
    await dieAt('answered', 'get');
    await dieAt('intent_written', 'get');
    for (let n = 0; n < 3; n += 1) expect(await restarted(used)).toBe('reauthorization_required');
    expect(await timesSent()).toEqual([1]);
  });

  it('and its late try is killed when it is answered: never again', async () => {
    await place.expire();
    await dieAt('intent_written', 'get');
    await dieAt('answered', 'get');
    for (let n = 0; n < 3; n += 1) expect(await restarted(used)).toBe('reauthorization_required');
    expect(await timesSent()).toEqual([1]);
  });
});

describe('a sign-out that is killed', () => {
  beforeEach(() => place.signIn());

  it.each(['removed', 'revoked'])('at %s: nothing is stored, nothing is used', async (step) => {
    await dieAt(step, 'sign_out');
    await restarted(async (rooms) => {
      expect(await state(rooms)).toBe('signed_out');
      expect(await used(rooms)).toBe('not_signed_in');
      expect((await rooms.gateway.tryCredential(credentialId)).outcome).toBe('unknown');
    });
    expect(await place.stored()).toMatchObject({ status: 'absent', tokens: null });
    expect(await timesSent()).toEqual([]);
    expect((await place.trouble.requests()).counts['models']).toBeUndefined();
  });
});
