import { errorTable } from '@postern/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startServer, type TestServer } from '../../test/support/http/harness.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.server.close());

const json = 'Content-Type: application/json';

async function problem(answer: Response) {
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  return (await answer.json()) as { code: string; status: number; detail: string };
}

describe('F46 bodies', () => {
  test.each([
    ['half JSON', '{"theme":'],
    ['a prototype', '{"__proto__":{"theme":"dark"}}'],
    ['depth 10,000', `{"alwaysAllow":${'['.repeat(10_000)}`],
    ['nothing', ''],
    ['no UTF-8', Buffer.from([0x22, 0xff, 0x22])],
  ])('%s is a bad request and changes nothing', async (_name, body) => {
    const before = server.calls.length;
    const answer = await fetch(`${server.url}/settings`, {
      method: 'POST',
      headers: { ...server.authorization, 'Content-Type': 'application/json' },
      body,
    });
    expect(await problem(answer)).toMatchObject({ status: 400, code: 'bad_request' });
    expect(server.calls).toHaveLength(before);
  });

  test('70 KB to a small route is too large, told before and after it was sent', async () => {
    const answer = await server.post('/settings', { workspace: 'x'.repeat(70_000) });
    expect(await problem(answer)).toMatchObject({ status: 413, code: 'payload_too_large' });
    const chunked = `11170\r\n${'x'.repeat(70_000)}\r\n0\r\n\r\n`;
    const raw = await server.raw(
      'POST /settings HTTP/1.1',
      [json, 'Transfer-Encoding: chunked', 'Content-Length: absent'],
      chunked,
    );
    expect(raw.status).toBe(413);
  });

  test('a prompt of 1,000,000 letters of three bytes is taken, one more is refused', async () => {
    const long = await server.post('/query', { prompt: '界'.repeat(1_000_000) });
    expect(long.status).toBe(200);
    await long.body?.cancel();
    expect(await problem(await server.post('/query', { prompt: '界'.repeat(1_000_001) }))).toMatchObject({
      status: 400,
      detail: 'body.prompt must be at most 1000000 in size',
    });
  });

  test('wrong methods name the right ones', async () => {
    for (const [method, path, allow] of [
      ['PUT', '/settings', 'GET, POST'],
      ['DELETE', '/query/1/cancel', 'POST'],
      ['HEAD', '/health', 'GET'],
      ['HEAD', '/settings', 'GET, POST'],
      ['PATCH', '/', 'GET'],
      ['POST', '/usage', 'GET'],
    ] as const) {
      const answer = await fetch(`${server.url}${path}`, { method, headers: server.authorization });
      expect([method, path, answer.status, answer.headers.get('allow')]).toEqual([method, path, 405, allow]);
    }
  });
});

describe('F46, F47 what a schema refuses', () => {
  test.each([
    [{ theme: 'pink' }, 'body.theme must be one of ["system","light","dark"]'],
    [{ fallback: { capUsdPerDay: '5' } }, 'body.fallback.capUsdPerDay must be number'],
    [{ 'unheard-of': 1 }, 'body has a key that is not known here'],
    [{ oauthTokenEndpoint: 'https://evil.example' }, 'body has a key that is not known here'],
    [{ alwaysAllow: { '/home/me/secret project': 'Bash' } }, 'body.alwaysAllow.… must be array'],
    [
      { credentialOrder: ['oauth', 'oauth', 'api_key', 'api_key'] },
      'body.credentialOrder has the wrong form',
    ],
    [{ workspace: 'notes/engine' }, 'body.workspace has the wrong form'],
    [{ workspace: '~/engine' }, 'body.workspace has the wrong form'],
    [[], 'body must be object'],
  ])('%j is an invalid setting, told in the schema’s words', async (body, detail) => {
    const before = server.calls.length;
    expect(await problem(await server.post('/settings', body))).toMatchObject({
      status: 400,
      code: 'invalid_setting',
      detail,
    });
    expect(server.calls).toHaveLength(before);
  });

  test.each(['/home/ada/engine', 'C:\\Users\\ada', 'C:/Users/ada', '\\\\server\\share'])(
    '%s is a workspace',
    async (workspace) => {
      expect((await server.post('/settings', { workspace })).status).toBe(200);
    },
  );

  test.each([
    ['a newline', 'sk-ant-api03-aaaaaaaaaaaaaaaa\nbbbb'],
    ['nothing in it', ''],
    ['10 KB', `sk-ant-api03-${'a'.repeat(10_000)}`],
    ['the kind of a sign-in', 'sk-ant-oat01-aaaaaaaaaaaaaaaaaaaa'],
    ['the kind of a refresh token', 'sk-ant-ort01-aaaaaaaaaaaaaaaaaaaa'],
    ['another vendor’s shape', 'sk-proj-aaaaaaaaaaaaaaaaaaaaaaaaaaaa'],
  ])('F47 a key with %s is refused and not repeated', async (_name, apiKey) => {
    const answer = await server.post('/settings', { apiKey });
    const text = await answer.text();
    expect([answer.status, text.includes('"invalid_setting"')]).toEqual([400, true]);
    if (apiKey !== '') expect(text).not.toContain(apiKey.slice(0, 20));
  });

  const key = 'sk-ant-api03-canary-canary-canary-1234';
  test.each<[path: string, body: unknown, code: string]>([
    ['/settings', { model: key }, 'invalid_setting'],
    ['/settings', { workspace: `/home/ada/${key}` }, 'invalid_setting'],
    ['/settings', { accounts: [{ id: 'api_key:default', label: `Mine ${key}` }] }, 'invalid_setting'],
    ['/settings', { alwaysAllow: { '/w': [`Bash(curl -H "x-api-key: ${key}" x)`] } }, 'invalid_setting'],
    ['/settings', { model: key.replace('api03', 'oat01') }, 'invalid_setting'],
    ['/query', { prompt: 'Hello', model: key }, 'bad_request'],
    ['/conversations', { workspace: '/w', model: key }, 'bad_request'],
    ['/leases', { label: key }, 'bad_request'],
    ['/leases', { label: 'a program', model: key }, 'bad_request'],
  ])('F47 a key in another field of %s %j is refused and not repeated', async (path, body, code) => {
    const before = server.calls.length;
    const answer = await server.post(path, body);
    const text = await answer.text();
    expect([answer.status, JSON.parse(text)]).toEqual([400, expect.objectContaining({ code })]);
    expect(text).not.toContain('canary');
    expect(server.calls).toHaveLength(before);
  });

  test('F47 a saved key is never shown again but for its end', async () => {
    const apiKey = 'sk-ant-api03-canary-canary-canary-1234';
    const saved = await (await server.post('/settings', { apiKey })).text();
    expect(saved).toContain('"apiKey":{"last4":"1234"}');
    for (const path of ['/settings', '/credentials', '/diagnostics', '/timeline'])
      expect(await (await server.get(path)).text()).not.toContain('canary');
  });

  const promptId = '0fa3112b-df4f-4282-8584-5914ce524e10';
  test.each<[path: string, body: unknown, detail: string]>([
    ['/leases', { label: 'x', capUsd: 0 }, 'body.capUsd must be above 0'],
    ['/conversations', {}, 'body.workspace must be there'],
    ['/conversations/c/rewind', { promptId }, 'body.dryRun must be one of [true,false]'],
    ['/conversations/c/rewind', { promptId, dryRun: false }, 'body.state must be string'],
  ])('%s %j is refused with what it lacks', async (path, body, detail) => {
    expect(await problem(await server.post(path, body))).toMatchObject({ code: 'bad_request', detail });
  });

  test('query strings, path parameters and headers are judged as well', async () => {
    expect((await problem(await server.get('/receipts?limit=0'))).detail).toBe(
      'query.limit must be at least 1 in size',
    );
    expect((await problem(await server.get('/receipts?limit=1&limit=2'))).status).toBe(400);
    expect((await problem(await server.get('/receipts?offset=1'))).detail).toBe(
      'query has a key that is not known here',
    );
    expect((await problem(await server.get(`/settings?token=${server.bearer}`))).status).toBe(400);
    expect((await problem(await server.get(`/query/${'x'.repeat(101)}/events`))).status).toBe(400);
    const answer = await fetch(`${server.url}/query/query-1/events`, {
      headers: { ...server.authorization, 'Last-Event-ID': '1; x' },
    });
    expect((await problem(answer)).detail).toBe('headers.last-event-id has the wrong form');
  });
});

describe('failures of the ports', () => {
  test('each is the table’s row, and an answer known before the stream is a problem document', async () => {
    const unavailable = await server.post('/query', { prompt: 'unavailable' });
    expect(unavailable.headers.get('retry-after')).toBe('7');
    expect(await problem(unavailable)).toMatchObject({
      ...pick('refresh_unavailable'),
      code: 'refresh_unavailable',
    });
    expect(await problem(await server.post('/query', { prompt: ' ' }))).toMatchObject(pick('prompt_empty'));
    expect(await problem(await server.get('/query/none/events'))).toMatchObject(pick('query_not_found'));
    expect(await problem(await server.post('/query/none/cancel'))).toMatchObject(pick('query_not_found'));
    expect(
      await problem(await server.post('/approve', { requestId: 'none', decision: 'allow' })),
    ).toMatchObject(pick('request_not_found'));
    expect(
      (await server.post('/approve', { requestId: 'request-1', decision: 'allow', remember: true })).status,
    ).toBe(200);
  });

  test('F51 a bug is an internal error with nothing of it in the answer', async () => {
    await using other = await startServer({
      credentials: { views: () => Promise.reject(new TypeError('canary sk-ant-oat01-canary')) },
    });
    const answer = await other.get('/credentials');
    expect(answer.status).toBe(500);
    expect(await answer.text()).not.toContain('canary');
    expect(other.logged[0]).toMatchObject([{ route: '/credentials' }, 'a request failed']);
  });
});

function pick(code: keyof typeof errorTable) {
  const { status, title, retryable } = errorTable[code];
  return { type: `urn:postern:error:${code}`, status, title, retryable };
}
