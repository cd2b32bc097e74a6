/** Linked billing as a person and an operator meet it: through the real program, against the sandbox of it. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { QueryEvent } from '@postern/contract';
import { approveOverHttp, type Sandbox, startSandbox } from '@postern/sandbox';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Postern, startPostern } from './harness/start-postern.ts';

async function ask(postern: Postern, prompt: string): Promise<readonly QueryEvent[]> {
  const events: QueryEvent[] = [];
  for await (const event of postern.client.runQuery({ prompt })) events.push(event);
  return events;
}

async function script(sandboxUrl: string, path: string, body: unknown): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${sandboxUrl}/sandbox/${path}`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  });
  expect(answer.status).toBe(200);
}

/** In this order, as one person would meet it; each step stands on the one before. */
describe('postern start --sandbox=platform', () => {
  let postern: Postern;
  beforeAll(async () => {
    postern = await startPostern({ args: ['--sandbox=platform', '--port', '0'] });
  });
  afterAll(async () => postern?.stop());

  it('links an organization by a pushed request, and says that it pays', async () => {
    expect(await postern.client.auth.status()).toMatchObject({
      state: 'signed_out',
      billing: 'linked_organization',
    });
    const { authorizationUrl } = await postern.client.auth.start();
    expect([...new URL(authorizationUrl).searchParams.keys()].toSorted()).toEqual([
      'client_id',
      'request_uri',
    ]);
    const redirect = await approveOverHttp(authorizationUrl, { capUsd: 1 });
    expect(await (await fetch(redirect)).text()).toContain('You are signed in.');
    const status = await postern.client.auth.status();
    expect(status).toMatchObject({ state: 'signed_in', refreshable: true });
    expect(status.account?.connectionId).toMatch(/^ocon_/);
    const credentials = await postern.client.credentials();
    expect(credentials.find(({ kind }) => kind === 'oauth')).toMatchObject({ label: 'Linked organization' });
  });

  it('is paid by it, and by nobody once it unlinked', async () => {
    const events = await ask(postern, 'Who pays?');
    expect(events.at(-1)).toMatchObject({ event: 'result' });
    await script(String(postern.ready.sandboxUrl), 'platform', { unlink: true });
    const after = await ask(postern, 'And now?');
    expect(after.at(-1)).toMatchObject({ event: 'error', data: { code: 'billing_problem' } });
    // The refusal alone says it: nothing else asks the server.
    expect(await postern.client.auth.status()).toMatchObject({
      state: 'reauthorization_required',
      connectAgain: true,
      lastError: { title: expect.stringContaining('no longer linked') },
    });
    await expect(postern.client.auth.refresh()).rejects.toMatchObject({ code: 'reauthorization_required' });
    expect((await postern.client.auth.status()).lastError?.title).toContain('no longer linked');
    const { authorizationUrl } = await postern.client.auth.start();
    await fetch(await approveOverHttp(authorizationUrl, { capUsd: 1 }));
    expect(await postern.client.auth.status()).toMatchObject({ state: 'signed_in', lastError: null });
  });
});

describe('an operator’s access token', () => {
  let directory: string;
  let sandbox: Sandbox;
  let postern: Postern;
  const canary = (): string => readFileSync(join(directory, 'token'), 'utf8').trim();
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'postern-operator-'));
    sandbox = await startSandbox({ port: 0, host: '127.0.0.1', accessTokenSeconds: 900, paceMs: 0 });
    writeFileSync(join(directory, 'token'), `${await tokenOf(sandbox)}\n`);
    const print = "process.stdout.write(require('fs').readFileSync(process.argv[1],'utf8'))";
    postern = await startPostern({
      args: ['--live', '--port', '0', '--store', 'passphrase_file'],
      variables: {
        POSTERN_API_BASE_URL: sandbox.apiBaseUrl,
        POSTERN_PASSPHRASE: 'a passphrase of the operator test',
        POSTERN_OAUTH_TOKEN_COMMAND: JSON.stringify([
          process.execPath,
          '-e',
          print,
          join(directory, 'token'),
        ]),
      },
    });
  });
  afterAll(async () => {
    await postern?.stop();
    await sandbox?.close();
    rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
  });

  it('serves queries without a sign-in, is asked for again after a 401, and is nowhere to be found', async () => {
    expect(await postern.client.auth.status()).toMatchObject({
      state: 'signed_in',
      supplied: true,
      refreshable: true,
    });
    const said: unknown[] = [await ask(postern, 'Are you there?')];
    expect((said[0] as QueryEvent[]).at(-1)).toMatchObject({ event: 'result' });
    const first = canary();
    await script(sandbox.url, 'expire', {});
    writeFileSync(join(directory, 'token'), `{"access_token":"${await tokenOf(sandbox)}","expires_in":900}`);
    said.push(await ask(postern, 'Still there?'));
    expect((said[1] as QueryEvent[]).at(-1)).toMatchObject({ event: 'result' });
    await expect(postern.client.auth.start()).rejects.toMatchObject({ code: 'supplied_by_operator' });
    await expect(postern.client.auth.signOut()).rejects.toMatchObject({ code: 'supplied_by_operator' });
    said.push(
      await postern.client.auth.status(),
      await postern.client.diagnostics(),
      postern.command.stderr(),
    );
    const second = (JSON.parse(canary()) as { access_token: string }).access_token;
    const text = JSON.stringify(said);
    const kept = readdirSync(postern.household.dataDir, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
      .join('\n');
    for (const secret of [first, second]) {
      expect(secret.length).toBeGreaterThan(20);
      expect(text).not.toContain(secret);
      expect(kept).not.toContain(secret);
    }
  });
});

/** An access token as a back end would get it: by the sandbox's own sign-in. */
async function tokenOf(sandbox: Sandbox): Promise<string> {
  const verifier = 'v'.repeat(43);
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier));
  const redirectUri = 'http://127.0.0.1:1/callback';
  const url = new URL(`${sandbox.issuer}/oauth/authorize`);
  url.search = new URLSearchParams({
    ...{ response_type: 'code', client_id: sandbox.clientId, redirect_uri: redirectUri, state: 's' },
    ...{ scope: 'user:inference', code_challenge_method: 'S256' },
    code_challenge: Buffer.from(digest).toString('base64url'),
  }).toString();
  const code = new URL(await approveOverHttp(url.href)).searchParams.get('code') ?? '';
  const body = { grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier };
  const answer = await fetch(`${sandbox.issuer}/oauth/token`, {
    method: 'POST',
    body: new URLSearchParams({ ...body, client_id: sandbox.clientId }),
  });
  return ((await answer.json()) as { access_token: string }).access_token;
}
