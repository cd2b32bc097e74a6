/** The whole flow against the stand-in of Claude Platform OAuth, with everything that its documentation does not show turned both ways. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { approveOverHttp, type Sandbox, type SandboxOptions, startSandbox } from '@postern/sandbox';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { failureOf } from '../../test/support/oauth/fake-server.ts';
import type { Tokens } from '../credentials/index.ts';
import { noOAuthServer } from './configuration.ts';
import { createOAuthClient } from './create-oauth-client.ts';
import type { OAuthClient, OAuthConfiguration, TokenGrant } from './oauth-client.ts';

const redirectUri = 'http://127.0.0.1:8765/auth/anthropic/callback';
let sandbox: Sandbox;
let lines: string[];
let directory: string;
let assertionFile: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'postern-platform-'));
  assertionFile = join(directory, 'assertion');
});
afterEach(async () => {
  await sandbox.close();
  rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
});

/** The operator's own program would do this before the last one ends. */
async function renewAssertion(): Promise<void> {
  writeFileSync(assertionFile, await (await fetch(`${sandbox.url}/sandbox/assertion`)).text());
}

/** A client of the sandbox, as an operator would configure it. */
function configurationOf(): OAuthConfiguration {
  const { assertionCommand: _, userProfileId = '', ...endpoints } = sandbox.platform ?? {};
  return {
    ...noOAuthServer,
    ...endpoints,
    profile: 'claude_platform',
    clientId: sandbox.clientId,
    scopes: ['billing:attribution', 'offline_access'],
    par: 'require',
    parParameters: { user_profile_id: userProfileId },
    clientAssertion: { kind: 'file', path: assertionFile },
  };
}

async function open(platform: SandboxOptions['platform'] = {}): Promise<OAuthClient> {
  sandbox = await startSandbox({ port: 0, host: 'localhost', accessTokenSeconds: 60, paceMs: 0, platform });
  await renewAssertion();
  lines = [];
  return createOAuthClient(configurationOf(), {
    fetch,
    clock: Date.now,
    log: (line) => void lines.push(line),
  });
}

/** What comes back from the approval page. */
async function answered(client: OAuthClient, answers: Parameters<typeof approveOverHttp>[1] = {}) {
  const request = await client.begin(redirectUri);
  const redirect = new URL(await approveOverHttp(request.authorizationUrl, answers));
  return { request, parameters: redirect.searchParams };
}

async function linked(
  client: OAuthClient,
  answers: Parameters<typeof approveOverHttp>[1] = {},
): Promise<TokenGrant> {
  const { request, parameters } = await answered(client, answers);
  const { code } = await client.judgeResponse({ parameters }, request);
  return await client.exchange(code, request);
}

/** Status and error code of a customer-paid message. */
async function message(tokens: Tokens): Promise<readonly [number, unknown]> {
  const answer = await fetch(`${sandbox.apiBaseUrl}/v1/messages`, {
    method: 'POST',
    headers: { authorization: `Bearer ${tokens.accessToken.reveal()}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      model: 'claude-sonnet-4-5',
      max_tokens: 50,
      messages: [{ role: 'user', content: 'Hi' }],
    }),
  });
  const body = (await answer.json()) as { error?: { details?: { error_code?: unknown } } };
  return [answer.status, body.error?.details?.error_code ?? null];
}

async function script(body: unknown): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${sandbox.url}/sandbox/platform`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  });
  expect(answer.status).toBe(200);
  await renewAssertion();
}

describe.each<[string, SandboxOptions['platform'], boolean]>([
  ['as it comes', {}, true],
  ['taking a pushed request with 200', { pushedStatus: 200 }, true],
  ['without iss in its answer', { iss: 'absent' }, false],
  ['without rotation', { rotates: false }, true],
  ['refusing assertions with 400', { refusedAssertionStatus: 400 }, true],
])('the platform %s', (_, choices, sendsIssuer) => {
  it('links an organization, is paid by it, renews, and ends', async () => {
    const client = await open(choices);
    const { request, parameters } = await answered(client);
    expect(parameters.has('iss')).toBe(sendsIssuer);
    const { code } = await client.judgeResponse({ parameters }, request);
    const { tokens, account } = await client.exchange(code, request);
    expect(account?.connectionId).toMatch(/^ocon_/);
    expect((await message(tokens))[0]).toBe(200);
    const renewed = await client.refresh(tokens);
    expect(renewed.tokens.accessToken.reveal()).not.toBe(tokens.accessToken.reveal());
    expect(await client.revoke(renewed.tokens.refreshToken ?? tokens.accessToken, 'refresh_token')).toBe(
      'done',
    );
    expect((await message(renewed.tokens))[0]).toBe(401);
    await script({ assertionFault: 'wrong_aud' });
    expect(await failureOf(client.begin(redirectUri))).toMatchObject({
      code: 'misconfigured',
      error: 'invalid_client',
    });
  });
});

describe('the approval page', () => {
  it.each([
    [{ decision: 'deny' as const }, 'access_denied', 'does not say which'],
    [{ organization: 'developer' }, 'access_denied', 'pick another one'],
    [{ organization: 'plan' }, 'access_denied', 'pick another one'],
    [{ organization: 'linked' }, 'already_linked', 'by another profile'],
  ])('that answers %j is %s', async (answers, code, words) => {
    const client = await open();
    const { request, parameters } = await answered(client, answers);
    const failure = await failureOf(client.judgeResponse({ parameters }, request));
    expect(failure).toMatchObject({ code, detail: expect.stringContaining(words) });
  });

  it('may be right, and the link be taken when the code is exchanged', async () => {
    const client = await open();
    expect(await failureOf(linked(client, { organization: 'late' }))).toMatchObject({
      code: 'already_linked',
    });
  });

  it('gives no way to renew where that was not approved', async () => {
    const client = await open();
    expect((await linked(client, { offline: false })).tokens.refreshToken).toBeNull();
    expect((await linked(client)).tokens.refreshToken).not.toBeNull();
  });
});

describe('what the organization pays', () => {
  it('ends at its cap, when it cannot be billed, and when it unlinks without a word', async () => {
    const client = await open();
    const capped = await linked(client, { capUsd: 0.0001 });
    expect(await message(capped.tokens)).toEqual([200, null]);
    expect(await message(capped.tokens)).toEqual([402, 'linked_organization_spend_limit_reached']);
    const { tokens } = await linked(client);
    await script({ refuse: 'linked_organization_billing_unavailable' });
    expect(await message(tokens)).toEqual([402, 'linked_organization_billing_unavailable']);
    await script({ refuse: null, unlink: true });
    expect(await message(tokens)).toEqual([403, 'user_profile_billing_not_authorized']);
    expect(await failureOf(client.refresh(tokens))).toMatchObject({ code: 'reauthorization_required' });
    expect((await message((await linked(client)).tokens))[0]).toBe(200);
  });
});

describe('a refusal to bill', () => {
  it('comes with the code that the documentation names', async () => {
    const client = await open();
    const { tokens } = await linked(client);
    for (const [status, code] of [
      [400, 'user_profile_required'],
      [400, 'user_profile_not_found'],
      [402, 'linked_organization_spend_limit_reached'],
      [402, 'linked_organization_billing_unavailable'],
      [403, 'user_profile_billing_not_authorized'],
      [403, 'user_profile_not_billable'],
    ] as const) {
      await script({ refuse: code });
      expect(await message(tokens)).toEqual([status, code]);
    }
  });
});

describe('a client assertion', () => {
  it('may come from a program, for every request anew', async () => {
    const client = await open();
    const command = sandbox.platform?.assertionCommand ?? [];
    const configuration = { ...configurationOf(), clientAssertion: { kind: 'command' as const, command } };
    const byProgram = createOAuthClient(configuration, {
      fetch,
      clock: Date.now,
      log: () => undefined,
      environment: process.env,
    });
    expect((await linked(byProgram)).account?.connectionId).toMatch(/^ocon_/);
    expect(client.configured).toBe(true);
  });

  it.each(['wrong_iss', 'wrong_aud', 'wrong_sub', 'too_long', 'unknown_kid'])(
    'that is wrong (%s) is the operator’s configuration',
    async (assertionFault) => {
      const client = await open();
      await script({ assertionFault });
      expect(await failureOf(client.begin(redirectUri))).toMatchObject({ code: 'misconfigured' });
    },
  );

  it.each(['two_audiences', 'expired', 'hs256', 'empty'])(
    'that cannot be right (%s) is not sent',
    async (assertionFault) => {
      const client = await open();
      await script({ assertionFault });
      expect(await failureOf(client.begin(redirectUri))).toMatchObject({
        code: 'client_assertion_unavailable',
      });
    },
  );

  it('is never in the log, nor is anything else that was sent', async () => {
    const client = await open();
    const { tokens } = await linked(client);
    await script({ assertionFault: 'wrong_sub' });
    await failureOf(client.begin(redirectUri));
    await failureOf(client.refresh(tokens));
    const log = lines.join('\n');
    expect(log).toContain('invalid_client');
    for (const secret of [tokens.accessToken, tokens.refreshToken])
      expect(log).not.toContain(secret?.reveal() ?? 'none');
    expect(log).not.toMatch(/eyJ|client_assertion=|code_challenge/);
  });
});
