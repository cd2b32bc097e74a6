import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startServer, type TestServer } from '../../test/support/http/harness.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.server.close());

const attach = (type: string | null, body: string, path = '/attachments?name=a%20b.png') =>
  fetch(`${server.url}${path}`, {
    method: 'POST',
    headers: { ...server.authorization, ...(type === null ? {} : { 'Content-Type': type }) },
    body: new TextEncoder().encode(body),
  });

describe('POST /attachments', () => {
  test.each([
    'image/png',
    'IMAGE/PNG',
    'application/pdf',
    'text/markdown',
    'text/plain; charset=utf-8',
    'text/plain;charset=UTF-8',
  ])('takes the bytes of %s as they are', async (type) => {
    const answer = await attach(type, '{"no": json');
    expect([answer.status, await answer.json()]).toEqual([
      200,
      { path: '/kept/a b.png', name: 'a b.png', bytes: 11 },
    ]);
    expect(server.calls.at(-1)).toBe(`attach ${type}`);
  });

  test.each([
    'application/json',
    'image/svg+xml',
    'application/octet-stream',
    'multipart/form-data; boundary=x',
    'application/x-www-form-urlencoded',
    'text/',
    'text/plain; charset=latin1',
    'image/png, text/plain',
    null,
  ])('refuses %s before a byte is read', async (type) => {
    const before = server.calls.length;
    const answer = await attach(type, 'x');
    expect([answer.status, await answer.json()]).toMatchObject([
      415,
      { code: 'attachment_type_unsupported' },
    ]);
    expect(server.calls).toHaveLength(before);
  });

  test('takes a file without a name', async () => {
    const answer = await attach('image/png', 'x', '/attachments');
    expect([answer.status, await answer.json()]).toMatchObject([200, { name: 'attachment' }]);
  });

  test('refuses bytes that are compressed or of a stranger', async () => {
    const line = 'POST /attachments?name=a.png HTTP/1.1';
    const type = 'Content-Type: image/png';
    const statuses = [
      await server.raw(line, [type, 'Content-Encoding: gzip'], 'x'),
      await server.raw(line, [type, 'Authorization: absent'], 'x'),
      await server.raw(line, [type, 'Origin: https://evil.example'], 'x'),
    ].map(({ status }) => status);
    expect(statuses).toEqual([415, 401, 403]);
  });

  test('leaves every other route with JSON only', async () => {
    for (const path of ['/settings', '/query', '/approve', '/stop'])
      for (const type of ['image/png', 'text/plain', 'application/pdf'])
        expect(await (await attach(type, '{}', path)).json()).toMatchObject({
          code: 'unsupported_media_type',
        });
  });
});

test('GET /folders asks for a folder, or for the home folder', async () => {
  expect(await (await server.get('/folders?path=/projects')).json()).toMatchObject({ path: '/projects' });
  expect(await (await server.get('/folders')).json()).toMatchObject({ path: '/home/me' });
  expect((await server.get('/folders?path=')).status).toBe(400);
});

test('a folder is looked at, and trusted by the hash of that look only', async () => {
  const look = (await (await server.get('/workspace?path=/projects')).json()) as {
    hash: string;
    trust: string;
  };
  expect(look.trust).toBe('none');
  const trust = (hash: unknown) => server.post('/workspace/trust', { path: '/projects', hash });
  expect(await (await trust(look.hash)).json()).toMatchObject({ trust: 'trusted' });
  const changed = await trust('b'.repeat(64));
  expect([changed.status, await changed.json()]).toMatchObject([409, { code: 'workspace_changed' }]);
  expect(await (await trust(null)).json()).toMatchObject({ trust: 'none' });
  expect((await trust('short')).status).toBe(400);
  expect((await server.get('/workspace')).status).toBe(400);
});
