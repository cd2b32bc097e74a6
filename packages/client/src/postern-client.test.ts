import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  frame,
  json,
  problem,
  type ScriptedSidecar,
  startScriptedSidecar,
  stream,
} from '../test/scripted-sidecar.ts';
import { createPosternClient, type PosternClient } from './postern-client.ts';

let sidecar: ScriptedSidecar;
let client: PosternClient;
beforeEach(async () => {
  sidecar = await startScriptedSidecar();
  client = createPosternClient({ baseUrl: `${sidecar.url}/`, token: 'token-of-this-launch' });
});
afterEach(() => sidecar.close());

describe('createPosternClient', () => {
  it('calls every route with its method, path and body', async () => {
    const calls: readonly (readonly [string, unknown, () => Promise<unknown>])[] = [
      ['GET /health', null, () => client.health()],
      ['POST /session', { ticket: 't' }, () => client.session('t')],
      ['POST /session/ticket', {}, () => client.ticket()],
      ['POST /stop', {}, () => client.stop()],
      ['GET /settings', null, () => client.settings()],
      ['POST /settings', { theme: 'dark' }, () => client.updateSettings({ theme: 'dark' })],
      ['GET /credentials', null, () => client.credentials()],
      [
        'GET /conversations?limit=5&search=a+b',
        null,
        () => client.conversations({ limit: 5, search: 'a b' }),
      ],
      ['GET /conversations/a%2Fb?before=x', null, () => client.conversation('a/b', { before: 'x' })],
      [
        'POST /conversations/a%2Fb',
        { title: 'New' },
        () => client.changeConversation('a/b', { title: 'New' }),
      ],
      [
        'POST /conversations/a%2Fb/rewind',
        { promptId: 'p', dryRun: true },
        () => client.rewind('a/b', { promptId: 'p', dryRun: true }),
      ],
      ['DELETE /conversations/a%2Fb', null, () => client.deleteConversation('a/b')],
      ['GET /folders', null, () => client.folders(null)],
      ['GET /folders?path=%2Fa+b', null, () => client.folders('/a b')],
      ['GET /workspace?path=%2Fa', null, () => client.workspace('/a')],
      [
        'POST /workspace/trust',
        { path: '/a', hash: null },
        () => client.trustWorkspace({ path: '/a', hash: null }),
      ],
      ['POST /leases', { label: 'x' }, () => client.createLease({ label: 'x' })],
      ['DELETE /leases/a%2Fb', null, () => client.endLease('a/b')],
      ['GET /usage', null, () => client.usage()],
      ['GET /receipts?limit=2', null, () => client.receipts({ limit: 2 })],
      ['GET /timeline', null, () => client.timeline()],
      ['GET /diagnostics', null, () => client.diagnostics()],
      ['GET /diagnostics?tryCredentials=1', null, () => client.diagnostics({ tryCredentials: true })],
      [
        'POST /approve',
        { requestId: 'r', decision: 'deny' },
        () => client.approve({ requestId: 'r', decision: 'deny' }),
      ],
      ['POST /query/q/cancel', {}, () => client.cancelQuery('q')],
      ['POST /query/q/continue', {}, () => client.continueQuery('q')],
      [
        'POST /query/q/continue',
        { credential: 'api_key:default' },
        () => client.continueQuery('q', 'api_key:default'),
      ],
      ['POST /query/q/mode', { permissionMode: 'plan' }, () => client.changeMode('q', 'plan')],
      ['POST /query/q/stop-command', { toolUseId: 'toolu_1' }, () => client.stopCommand('q', 'toolu_1')],
      [
        'GET /auth/anthropic/status?credential=oauth%3Atwo',
        null,
        () => client.auth.status({ credential: 'oauth:two' }),
      ],
      ['POST /auth/anthropic/cancel', {}, () => client.auth.cancel()],
      ['POST /auth/anthropic/refresh', {}, () => client.auth.refresh()],
      ['POST /auth/anthropic/logout', {}, () => client.auth.signOut()],
      ['POST /auth/anthropic/callback', { pasted: 'c#s' }, () => client.auth.completePasted(' c#s\n')],
      [
        'POST /auth/anthropic/callback',
        { code: 'c', state: 's' },
        () => client.auth.forwardCallback({ code: 'c', state: 's' }),
      ],
      ['GET /auth/claude-code/status', null, () => client.claudeCode.status()],
      ['POST /auth/claude-code/login', {}, () => client.claudeCode.login()],
      ['POST /auth/claude-code/login', { pasted: 'x' }, () => client.claudeCode.login({ pasted: 'x' })],
      ['POST /auth/claude-code/cancel', {}, () => client.claudeCode.cancel()],
      ['POST /auth/claude-code/logout', {}, () => client.claudeCode.logout()],
      [
        'GET /auth/claude-code/status?credential=claude_code%3Awork',
        null,
        () => client.claudeCode.status({ credential: 'claude_code:work' }),
      ],
      [
        'POST /auth/claude-code/login?credential=claude_code%3Awork',
        { pasted: 'x' },
        () => client.claudeCode.login({ credential: 'claude_code:work', pasted: 'x' }),
      ],
      [
        'POST /auth/claude-code/cancel?credential=claude_code%3Awork',
        {},
        () => client.claudeCode.cancel({ credential: 'claude_code:work' }),
      ],
      [
        'POST /auth/claude-code/logout?credential=claude_code%3Awork',
        {},
        () => client.claudeCode.logout({ credential: 'claude_code:work' }),
      ],
      [
        'POST /sandbox/faults',
        { on: 'token', kind: 'status' },
        () => client.sandbox.faults({ on: 'token', kind: 'status' }),
      ],
      ['POST /sandbox/expire', {}, () => client.sandbox.expire()],
      ['POST /sandbox/revoke', {}, () => client.sandbox.revoke()],
      ['POST /sandbox/limit', {}, () => client.sandbox.limit()],
      ['GET /sandbox/requests', null, () => client.sandbox.requests()],
    ];
    for (const [line, body, call] of calls) {
      const [method = '', url = ''] = line.split(' ');
      sidecar.on(`${method} ${url.split('?')[0]}`, json({ items: ['one'] }));
      await call();
      const { method: sent, url: address, body: said, headers } = sidecar.requests.at(-1) ?? {};
      expect([`${sent} ${address}`, said]).toEqual([line, body]);
      expect(headers?.authorization).toBe('Bearer token-of-this-launch');
      expect(address).not.toContain('token-of-this-launch');
    }
  });

  it('sends a file as it is, under its own type', async () => {
    sidecar.on('POST /attachments', json({ path: '/kept/a.png', name: 'a.png', bytes: 3 }));
    for (const bytes of [new Uint8Array([123, 34, 120]), new Blob(['{"x'])]) {
      const kept = await client.attach({ name: 'a & b.png', type: 'image/png', bytes });
      expect(kept.path).toBe('/kept/a.png');
      expect(sidecar.requests.at(-1)).toMatchObject({
        url: '/attachments?name=a+%26+b.png',
        headers: { 'content-type': 'image/png', 'content-length': '3' },
        body: '{"x',
      });
    }
  });

  it('sends no bearer where it has no token yet', async () => {
    sidecar.on('POST /session', json({ token: 'new' }));
    const stranger = createPosternClient({ baseUrl: sidecar.url, token: null });
    expect(await stranger.session('t')).toEqual({ token: 'new' });
    expect(sidecar.requests[0]?.headers.authorization).toBeUndefined();
  });
});

describe('events', () => {
  const changed = (id: number) => frame(id, 'settings_changed', { keys: ['theme'] });

  it('goes on over lost connections, telling of each, and ends without an error when aborted', async () => {
    sidecar.on(
      'GET /events',
      stream([changed(1)], 'break'),
      problem('too_many_requests'),
      stream([changed(1)], 'stay'),
    );
    const controller = new AbortController();
    const seen: unknown[] = [];
    const onConnection = (connected: boolean) => seen.push(connected);
    for await (const event of client.events({ signal: controller.signal, onConnection })) {
      seen.push(event.event);
      if (sidecar.requests.length === 3) controller.abort();
    }
    expect(seen).toEqual([true, 'settings_changed', false, true, 'settings_changed']);
  });

  it('stops with the error when the token is no longer good', async () => {
    sidecar.on('GET /events', problem('unauthorized'));
    await expect(client.events().next()).rejects.toMatchObject({ code: 'unauthorized' });
  });

  it('closes its connection when the consumer leaves the loop', async () => {
    let closed: Promise<void> | null = null;
    sidecar.on('GET /events', (response, request) => {
      closed = new Promise((resolve) => response.on('close', () => resolve()));
      void stream([changed(1)], 'stay')(response, request);
    });
    for await (const _ of client.events()) break;
    await closed;
    expect(closed).not.toBeNull();
  });
});
