import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FallbackPolicy } from '@postern/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../../test/support/http/eventually.ts';
import { createFakePorts } from '../../test/support/http/fake-ports.ts';
import { startServer, type TestServer } from '../../test/support/http/harness.ts';
import { isLaunchToken } from '../door/index.ts';
import { createHttpServer } from './http-server.ts';

let directory: string;
let server: TestServer;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'postern-ui-'));
  await mkdir(join(directory, 'assets'));
  await writeFile(join(directory, 'index.html'), '<!doctype html><title>Postern</title>');
  await writeFile(join(directory, 'assets', 'app-1.js'), 'export {};');
  await writeFile(join(directory, 'assets', '.hidden'), 'hidden');
  await writeFile(join(directory, 'secret.txt'), 'secret');
  server = await startServer({ uiDirectory: directory });
});
afterAll(async () => {
  await server.server.close();
  await rm(directory, { recursive: true });
});

describe('listening', () => {
  test('a taken port is exit 69 and another port can be tried after it', async () => {
    const second = await createHttpServer(createFakePorts().deps);
    await expect(second.listen(server.port)).rejects.toMatchObject({ code: 'port_taken', exitCode: 69 });
    const { url } = await second.listen(0);
    expect((await fetch(`${url}/health`)).status).toBe(200);
    await second.close();
  });

  test('it listens on 127.0.0.1 alone', () => {
    expect(server.server.app.server.address()).toMatchObject({ address: '127.0.0.1', family: 'IPv4' });
  });

  test('closing ends open streams', async () => {
    const other = await startServer();
    const stream = await other.get('/events');
    await other.server.close();
    expect(await stream.text()).toBe(': open\n\n');
  });
});

describe('the session', () => {
  test('F43 a ticket is swapped once for the token of this launch', async () => {
    const issued = (await (await server.post('/session/ticket')).json()) as {
      url: string;
      expiresAt: string;
    };
    expect(issued.url).toMatch(new RegExp(`^${server.url}/#ticket=[\\w-]{43}$`));
    expect(issued.expiresAt).toBe('2026-11-23T10:01:00.000Z');
    const ticket = new URL(issued.url).hash.slice('#ticket='.length);
    const swap = () =>
      fetch(`${server.url}/session`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ ticket }),
      });
    const { token } = (await (await swap()).json()) as { token: string };
    expect(isLaunchToken(server.deps.token, token)).toBe(true);
    const again = await swap();
    expect([again.status, again.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
  });

  test('stop is answered before it stops', async () => {
    expect(await (await server.post('/stop')).json()).toEqual({ done: true });
    await eventually(() => server.calls).toContain('stop');
  });
});

describe('the window', () => {
  test.each(['/', '/docs'])(
    '%s is the one document, under a policy without inline, eval or other origins',
    async (path) => {
      const page = await fetch(`${server.url}${path}`);
      expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
      expect(await page.text()).toContain('<title>Postern</title>');
      const policy = page.headers.get('content-security-policy') ?? '';
      expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
      expect(policy).toContain("trusted-types 'none'");
      expect(policy).not.toMatch(/unsafe|\*|http/);
    },
  );

  test('its files are served, and nothing beside them', async () => {
    const script = await fetch(`${server.url}/assets/app-1.js`);
    expect([
      script.status,
      script.headers.get('content-type'),
      script.headers.get('x-content-type-options'),
    ]).toEqual([200, expect.stringMatching(/javascript; charset=utf-8$/), 'nosniff']);
    expect((await fetch(`${server.url}/assets/none.js`)).status).toBe(404);
    expect((await fetch(`${server.url}/assets/.hidden`)).status).toBe(404);
    for (const path of [
      '/assets/../secret.txt',
      '/assets/%2e%2e/secret.txt',
      '/assets/..%2fsecret.txt',
      '/secret.txt',
      '/assets/',
    ])
      expect((await server.raw(`GET ${path} HTTP/1.1`, ['Authorization: absent'])).status).toBe(401);
    for (const path of ['/assets/../secret.txt', '/assets/%2e%2e/secret.txt', '/assets/..%2fsecret.txt'])
      expect((await server.raw(`GET ${path} HTTP/1.1`)).status).toBe(404);
  });

  test('a file that the browser has is not sent again, and one that cannot be read is not taken for one that is not there', async () => {
    const { headers } = await fetch(`${server.url}/assets/app-1.js`);
    const tag = headers.get('etag');
    expect((await server.raw('GET /assets/app-1.js HTTP/1.1', [`If-None-Match: ${tag}`])).status).toBe(304);
    const unmet = await fetch(`${server.url}/assets/app-1.js`, { headers: { 'If-Match': '"other"' } });
    expect([unmet.status, await unmet.json()]).toMatchObject([400, { code: 'bad_request' }]);
    await symlink('loop.js', join(directory, 'assets', 'loop.js'));
    const unreadable = await fetch(`${server.url}/assets/loop.js`);
    expect([unreadable.status, await unreadable.json()]).toMatchObject([500, { code: 'internal_error' }]);
  });

  test('without its files the answer says what to do', async () => {
    await using bare = await startServer();
    const answer = await fetch(`${bare.url}/`);
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([404, 'not_found']);
  });
});

describe('routes', () => {
  test('sign-in, settings, usage and the rest answer in the contract’s shapes', async () => {
    for (const path of [
      '/auth/anthropic/status',
      '/auth/anthropic/status?credential=oauth:default',
      '/auth/claude-code/status',
      '/settings',
      '/credentials',
      '/usage',
      '/receipts?limit=5',
      '/diagnostics',
      '/conversations?search=Conversation%201',
      '/conversations/conversation-1',
      '/openapi.json',
    ])
      expect([path, (await server.get(path)).status]).toEqual([path, 200]);
    const page = (await (await server.get('/timeline?limit=2')).json()) as { items: unknown[] };
    expect(page.items).toHaveLength(2);
    expect(((await (await server.get('/timeline')).json()) as { items: unknown[] }).items).toHaveLength(50);
    await server.get('/diagnostics?tryCredentials=1');
    expect(server.calls).toContain('diagnostics true');
  });

  test('a conversation is renamed and deleted, and a wrong change or id is refused', async () => {
    const path = '/conversations/conversation-1';
    expect(await (await server.post(path, { title: ' New ' })).json()).toMatchObject({ title: 'New' });
    expect((await server.post(path, {})).status).toBe(200);
    for (const body of [{ title: ' ' }, { title: 'x'.repeat(201) }, { title: null }, { name: 'x' }])
      expect((await server.post(path, body)).status).toBe(400);
    expect((await server.post('/conversations/other', { title: 'New' })).status).toBe(404);

    const remove = (id: string) => server.delete(`/conversations/${id}`);
    const gone = await remove('conversation-1');
    expect([gone.status, await gone.json()]).toEqual([200, { done: true }]);
    expect((await remove('conversation-2')).status).toBe(409);
    expect((await remove('other')).status).toBe(404);
  });

  test('a sign-in route is about a sign-in: an id of another kind is refused', async () => {
    for (const id of ['api_key:default', 'claude_code:work', 'work', 'oauth:', 'oauth:../x']) {
      const answer = await server.get(`/auth/anthropic/start?credential=${encodeURIComponent(id)}`);
      expect([id, answer.status]).toEqual([id, 400]);
    }
  });

  test('a sign-in starts, is one at a time unless restarted, and is completed by what was pasted', async () => {
    expect((await server.get('/auth/anthropic/start')).status).toBe(200);
    const second = await server.get('/auth/anthropic/start');
    expect([second.status, ((await second.json()) as { code: string }).code]).toEqual([
      409,
      'sign_in_in_progress',
    ]);
    expect((await server.get('/auth/anthropic/start?restart=1')).status).toBe(200);
    expect((await server.post('/auth/anthropic/callback', { pasted: 'code#wrong' })).status).toBe(400);
    const done = await server.post('/auth/anthropic/callback', { pasted: 'code#right' });
    expect(await done.json()).toMatchObject({ state: 'signed_in' });
    expect((await server.post('/auth/anthropic/refresh')).status).toBe(200);
    expect(await (await server.post('/auth/anthropic/logout')).json()).toEqual({
      state: 'signed_out',
      revocation: 'done',
    });
    expect((await server.post('/auth/anthropic/cancel')).status).toBe(200);
  });

  test('what a port gives beyond the contract never leaves', async () => {
    const leaky = createFakePorts();
    const accessToken = 'sk-ant-oat01-never-leaves';
    await using other = await startServer({
      preferences: {
        ...leaky.deps.preferences,
        read: async () => ({ ...(await leaky.deps.preferences.read()), accessToken }),
      },
    });
    const text = await (await other.get('/settings')).text();
    expect(text).toContain('"theme":"system"');
    expect(text).not.toContain(accessToken);
  });

  test('what a port gives against the contract is an internal error that says nothing', async () => {
    await using other = await startServer({
      policy: () => ({ capUsdPerDay: 'canary' }) as unknown as FallbackPolicy,
    });
    const answer = await other.get('/usage');
    expect(answer.status).toBe(500);
    expect(await answer.text()).not.toContain('canary');
    expect(other.logged).toHaveLength(2);
  });
});
