/** What the documentation of Claude Platform OAuth does not show, turned the other way than `against-platform.slow.test.ts` has it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { approveOverHttp, type Sandbox, type SandboxOptions, startSandbox } from '@postern/sandbox';
import { describe, expect, it, onTestFinished } from 'vitest';
import { failureOf } from '../../test/support/oauth/fake-server.ts';
import { noOAuthServer } from './configuration.ts';
import { createOAuthClient } from './create-oauth-client.ts';
import type { OAuthClient, OAuthConfiguration } from './oauth-client.ts';

const loopback = 'http://127.0.0.1:8765/auth/anthropic/callback';
const operatorPage = 'https://operator.example/connected';

interface Opened {
  readonly client: OAuthClient;
  readonly sandbox: Sandbox;
  /** A file with one assertion, which nobody renews. */
  readonly file: OAuthConfiguration['clientAssertion'];
}

async function open(
  platform: SandboxOptions['platform'],
  more: (opened: Omit<Opened, 'client'>) => Partial<OAuthConfiguration> = () => ({}),
): Promise<Opened> {
  const sandbox = await startSandbox({
    ...{ port: 0, host: 'localhost', accessTokenSeconds: 60, paceMs: 0 },
    platform: platform ?? {},
  });
  const directory = mkdtempSync(join(tmpdir(), 'postern-unknowns-'));
  onTestFinished(async () => {
    await sandbox.close();
    rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
  });
  const path = join(directory, 'assertion');
  writeFileSync(path, await (await fetch(`${sandbox.url}/sandbox/assertion`)).text());
  const file = { kind: 'file', path } as const;
  const { assertionCommand: command = [], userProfileId = '', ...endpoints } = sandbox.platform ?? {};
  const configuration: OAuthConfiguration = {
    ...{ ...noOAuthServer, ...endpoints, profile: 'claude_platform', clientId: sandbox.clientId },
    ...{ scopes: ['billing:attribution', 'offline_access'], par: 'require' },
    parParameters: { user_profile_id: userProfileId },
    clientAssertion: { kind: 'command', command },
    ...more({ sandbox, file }),
  };
  const client = createOAuthClient(configuration, {
    ...{ fetch, clock: Date.now, log: () => undefined, environment: process.env },
  });
  return { client, sandbox, file };
}

/** Links, renews and ends. Gives the address that the browser came back to. */
async function lives(client: OAuthClient, redirectUri = loopback): Promise<URL> {
  const request = await client.begin(redirectUri);
  const redirect = new URL(await approveOverHttp(request.authorizationUrl, {}));
  const { code } = await client.judgeResponse({ parameters: redirect.searchParams }, request);
  const { tokens, account } = await client.exchange(code, request);
  expect(account?.connectionId).toMatch(/^ocon_/);
  const renewed = await client.refresh(tokens);
  const last = renewed.tokens.refreshToken ?? tokens.accessToken;
  expect(await client.revoke(last, 'refresh_token')).toBe('done');
  return redirect;
}

describe('the platform, where it is not known', () => {
  it('knows the operator’s page and no loopback address: the code is pasted from there', async () => {
    const { client } = await open({ redirects: 'https' });
    const redirect = await lives(client, operatorPage);
    expect(redirect.href.startsWith(`${operatorPage}?code=`)).toBe(true);
    expect(await failureOf(client.begin(loopback))).toMatchObject({ code: 'misconfigured' });
  });

  it('names the profile otherwise: the operator says how', async () => {
    const { client, sandbox } = await open({ profileParameter: 'profile' }, ({ sandbox: { platform } }) => ({
      parParameters: { profile: platform?.userProfileId ?? '' },
    }));
    await lives(client);
    const { connections } = (await (await fetch(`${sandbox.url}/sandbox/platform`)).json()) as {
      readonly connections: readonly { readonly profileId: string }[];
    };
    expect(connections.map(({ profileId }) => profileId)).toEqual([sandbox.platform?.userProfileId]);
  });

  it('takes an assertion once: a program prints another, and a file that nobody renews is refused', async () => {
    await lives((await open({ assertions: 'once' })).client);
    const { client: byFile } = await open({ assertions: 'once' }, ({ file }) => ({ clientAssertion: file }));
    const request = await byFile.begin(loopback);
    const { searchParams } = new URL(await approveOverHttp(request.authorizationUrl, {}));
    const { code } = await byFile.judgeResponse({ parameters: searchParams }, request);
    expect(await failureOf(byFile.exchange(code, request))).toMatchObject({
      code: 'misconfigured',
      error: 'invalid_client',
    });
  });

  it('takes JSON', async () => {
    const { client } = await open({}, () => ({ tokenBody: 'json' }));
    await lives(client);
  });

  it('keeps a pushed request for seconds only: the page says so, and another one can be opened', async () => {
    const { client } = await open({ requestSeconds: 2 });
    const late = await client.begin(loopback);
    await sleep(3_000);
    const page = await fetch(late.authorizationUrl, { redirect: 'manual' });
    expect([page.status, page.headers.get('location')]).toEqual([400, null]);
    await lives(client);
  });

  it('answers in the name of another issuer: refused by an operator who knows the right one', async () => {
    const knowing = ({ sandbox: { issuer } }: Omit<Opened, 'client'>) => ({ issuer });
    await lives((await open({ iss: 'sent' }, knowing)).client);
    const { client } = await open({ iss: 'other' }, knowing);
    const request = await client.begin(loopback);
    const { searchParams } = new URL(await approveOverHttp(request.authorizationUrl, {}));
    expect(searchParams.get('iss')).toBe('https://issuer.example');
    const failure = await failureOf(client.judgeResponse({ parameters: searchParams }, request));
    expect(failure).toMatchObject({ code: 'issuer_mismatch' });
    // The documentation names no issuer: without one there is nothing to compare with.
    await lives((await open({ iss: 'other' })).client);
  });
});
