import { join } from 'node:path';
import { approveOverHttp } from '@postern/sandbox';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sandboxCounts } from './harness/sandbox-counts.ts';
import { sendRaw } from './harness/send-raw.ts';
import { signInByCommand } from './harness/sign-in-by-command.ts';
import { type Postern, startPostern } from './harness/start-postern.ts';

let postern: Postern;
beforeAll(async () => {
  postern = await startPostern();
});
afterAll(() => postern?.stop());

/** Requests that reached the token endpoint so far. */
async function tokenRequests(): Promise<number> {
  const { counts } = await sandboxCounts(postern);
  return Object.entries(counts)
    .filter(([endpoint]) => endpoint.startsWith('token'))
    .flatMap(([, outcomes]) => Object.values(outcomes))
    .reduce((sum, each) => sum + each, 0);
}

/** Everything a person would miss if it were lost. */
async function whatIsKept(): Promise<unknown> {
  const { client } = postern;
  const [status, settings, credentials, receipts, conversations] = await Promise.all([
    client.auth.status(),
    client.settings(),
    client.credentials(),
    client.receipts(),
    client.conversations(),
  ]);
  // Whether the index is still being brought up to date is not kept.
  return { status, settings, credentials, receipts, conversations: conversations.items };
}

describe('a redirect that is not the right one', () => {
  const callback = (search: string) => fetch(`${postern.ready.url}/auth/anthropic/callback${search}`);

  it('F02 with nothing pending gets the 400 page, and nothing leaves the machine', async () => {
    const answer = await callback('?code=abc&state=def');
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain('This sign-in could not be completed.');
    expect(await tokenRequests()).toBe(0);
  });

  it('F01 F03 with a wrong, missing, empty or repeated state gets the 400 page; the right one still works, once', async () => {
    const { client } = postern;
    const { authorizationUrl, signInId } = await client.auth.start();
    const right = new URL(await approveOverHttp(authorizationUrl));
    const { code = '', state = '', iss = '' } = Object.fromEntries(right.searchParams);
    const wrong = [
      `?code=${code}&state=${state}x&iss=${iss}`,
      `?code=${code}&iss=${iss}`,
      `?code=${code}&state=&iss=${iss}`,
      `?code=${code}&state=${state}&state=${state}&iss=${iss}`,
      `?code=${code}&state=${'x'.repeat(4096)}&iss=${iss}`,
      `?error=access_denied&state=wrong&iss=${iss}`,
    ];
    const pages = new Set<string>();
    for (const search of wrong) {
      const answer = await callback(search);
      expect({ search: search.slice(0, 80), status: answer.status }).toMatchObject({ status: 400 });
      pages.add(await answer.text());
    }
    expect(pages.size).toBe(1);
    expect(await client.auth.status()).toMatchObject({ state: 'pending', pendingSignIn: { signInId } });
    expect(await tokenRequests()).toBe(0);

    const good = await fetch(right);
    expect({ status: good.status, page: await good.text() }).toMatchObject({
      status: 200,
      page: expect.stringContaining('You are signed in.'),
    });
    // The first real call follows the page.
    await expect.poll(() => client.auth.status()).toMatchObject({ state: 'signed_in', connected: true });

    const again = await fetch(right);
    expect(again.status).toBe(400);
    expect(await client.auth.status()).toMatchObject({ state: 'signed_in', connected: true });
    expect(await tokenRequests()).toBe(1);
    await client.auth.signOut();
  });
});

describe('a request that may not be made', () => {
  beforeAll(async () => {
    await signInByCommand(postern);
  });

  const authorization = () => `Bearer ${postern.token}`;

  it('F41 F44 by a foreign Host, Origin or site, on any route, is refused whatever it carries; no header lets a page in', async () => {
    const before = await whatIsKept();
    const { url } = postern.ready;
    const routes = [
      ['GET', '/'],
      ['GET', '/health'],
      ['GET', '/auth/anthropic/status'],
      ['GET', '/auth/anthropic/callback?code=a&state=b'],
      ['GET', '/nowhere'],
      ['POST', '/auth/anthropic/logout'],
      ['POST', '/settings'],
      ['POST', '/query'],
      ['POST', '/stop'],
    ] as const;
    const strangers = [
      [421, { host: 'postern.example' }],
      [421, { host: `localhost:${new URL(url).port}` }],
      [403, { origin: 'https://page.example' }],
      [403, { origin: 'null' }],
      [403, { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' }],
    ] as const;
    for (const [method, path] of routes) {
      for (const [status, headers] of strangers) {
        const answer = await sendRaw(url + path, {
          method,
          headers: { authorization: authorization(), 'content-type': 'application/json', ...headers },
          ...(method === 'POST' ? { body: '{}' } : {}),
        });
        expect({ method, path, headers, status: answer.status }).toMatchObject({ status });
        expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
      }
    }
    expect(await whatIsKept()).toEqual(before);
  });

  it('F43 without the bearer of this launch gets 401, and nothing happens', async () => {
    const before = await whatIsKept();
    const { url } = postern.ready;
    for (const bearer of [{}, { authorization: 'Bearer wrong' }, { authorization: postern.token }]) {
      for (const path of ['/query', '/settings', '/auth/anthropic/logout', '/approve', '/stop']) {
        const answer = await sendRaw(url + path, {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...bearer },
          body: '{"prompt":"Hello"}',
        });
        expect({ path, status: answer.status, challenge: answer.headers['www-authenticate'] }).toEqual({
          path,
          status: 401,
          challenge: 'Bearer',
        });
        expect(JSON.parse(answer.body)).toMatchObject({
          code: 'unauthorized',
          status: 401,
          retryable: false,
        });
      }
    }
    expect(await whatIsKept()).toEqual(before);
  });

  it('for an empty prompt or a workspace that is not there gets its problem document, before any stream', async () => {
    const before = await whatIsKept();
    const { workspace } = postern.household;
    for (const [body, code] of [
      [{ prompt: '' }, 'prompt_empty'],
      [{ prompt: ' \n\t ' }, 'prompt_empty'],
      [{ prompt: 'Hello', workspace: join(workspace, 'nowhere') }, 'workspace_not_found'],
      [{ prompt: 'Hello', workspace: 'relative' }, 'workspace_not_found'],
    ] as const) {
      const answer = await fetch(`${postern.ready.url}/query`, {
        method: 'POST',
        headers: { authorization: authorization(), 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      expect(answer.headers.get('content-type')).toContain('application/problem+json');
      expect({ body, status: answer.status, problem: await answer.json() }).toMatchObject({
        body,
        status: 400,
        problem: { code },
      });
    }
    expect(await whatIsKept()).toEqual(before);
  });

  it('at the command line it is exit code 64, with the same sentences', async () => {
    const { household } = postern;
    const empty = await household.run(['ask', ' ']);
    expect(empty).toMatchObject({ exitCode: 64, stdout: '' });
    expect(empty.stderr).toContain('There is nothing to ask');
    const nowhere = await household.run(['ask', '--workspace', 'nowhere', 'Hello']);
    expect(nowhere).toMatchObject({ exitCode: 64, stdout: '' });
    expect(nowhere.stderr).toContain('The workspace folder is not there');
    expect((await household.run(['status'])).exitCode).toBe(0);
  });
});
