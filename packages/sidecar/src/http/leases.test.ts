import { describe, expect, it } from 'vitest';
import { eventually } from '../../test/support/http/eventually.ts';
import { heldLeases } from '../../test/support/http/fake-ports.ts';
import { startServer } from '../../test/support/http/harness.ts';

describe('the routes of leases', () => {
  it('give a secret once, and never again', async () => {
    await using server = await startServer();
    const made = await server.post('/leases', { label: 'a program', capUsd: 1, ttlSeconds: 60 });
    expect([made.status, await made.json()]).toMatchObject([
      200,
      { leaseId: 'lease-1', baseUrl: 'http://127.0.0.1:9', secret: 'postern-lease-secret' },
    ]);
    const listed = await (await server.get('/leases')).text();
    expect(JSON.parse(listed)).toMatchObject({ items: [{ leaseId: 'lease-1', calls: 2 }], next: null });
    const ended = await server.raw('DELETE /leases/lease-1 HTTP/1.1');
    expect([ended.status, JSON.parse(ended.body)]).toMatchObject([200, { spentUsd: 0.5 }]);
    expect(listed + ended.body + JSON.stringify(server.logged)).not.toContain('postern-lease-secret');
    expect((await server.raw('DELETE /leases/lease-2 HTTP/1.1')).status).toBe(404);
  });

  it('are ended by a request without a body, whatever type it names', async () => {
    await using server = await startServer();
    const ended = await server.raw('DELETE /leases/lease-1 HTTP/1.1', [
      ...['Content-Type: application/json', 'Content-Length: 0'],
    ]);
    expect(ended.status).toBe(200);
    const posted = await server.raw('POST /leases HTTP/1.1', [
      ...['Content-Type: application/json', 'Content-Length: 0'],
    ]);
    expect(posted.status).toBe(400);
  });

  it('take the answer to a question of a lease by the same route as every other answer', async () => {
    await using server = await startServer();
    const answer = (requestId: string) => server.post('/approve', { requestId, decision: 'allow' });
    expect((await answer('lease-question-1')).status).toBe(200);
    const unknown = await answer('another');
    expect([unknown.status, ((await unknown.json()) as { code: string }).code]).toEqual([
      404,
      'request_not_found',
    ]);
  });

  it('hold one while a stream of its events is open, however many others are', async () => {
    await using server = await startServer({ limits: { streams: 0 } });
    expect((await server.get('/events')).status).toBe(429);
    const stream = await server.get('/events?lease=lease-1');
    expect([stream.status, heldLeases.count]).toEqual([200, 1]);
    await stream.body?.cancel();
    await eventually(() => heldLeases.count).toBe(0);
    expect((await server.get('/events?lease=lease-2')).status).toBe(404);
    expect((await server.get('/events?lease=')).status).toBe(400);
  });

  it('refuse what is no lease', async () => {
    await using server = await startServer();
    for (const body of [
      {},
      { label: ' ' },
      { label: 'x', capUsd: 0 },
      { label: 'x', capUsd: '1' },
      { label: 'x', ttlSeconds: 604_801 },
      { label: 'x', secret: 'mine' },
    ])
      expect([body, (await server.post('/leases', body)).status]).toEqual([body, 400]);
    const stranger = await server.raw('GET /leases HTTP/1.1', ['Authorization: Bearer wrong']);
    expect(stranger.status).toBe(401);
  });
});
