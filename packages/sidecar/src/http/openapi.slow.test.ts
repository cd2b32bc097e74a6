import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startServer, type TestServer } from '../../test/support/http/harness.ts';
import { attachmentTypes } from '../files/index.ts';

interface Operation {
  readonly operationId?: string;
  readonly summary?: string;
  readonly security?: readonly object[];
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly schema: object }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: object }>> };
  readonly responses: Readonly<Record<string, { readonly description?: string; readonly content?: object }>>;
}
interface Document {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, object>>;
    readonly securitySchemes: object;
  };
}

let server: TestServer;
let document: Document;
let operations: readonly { method: string; path: string; operation: Operation }[];
beforeAll(async () => {
  server = await startServer();
  document = (await (await server.get('/openapi.json')).json()) as Document;
  operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );
});
afterAll(() => server.server.close());

/** The table of docs/spec/contract.md#http-api. */
const table = `
GET / open
GET /docs open
GET /openapi.json
GET /health open
POST /session open
POST /session/ticket
POST /stop
GET /auth/anthropic/start
GET /auth/anthropic/callback open
POST /auth/anthropic/callback
POST /auth/anthropic/cancel
POST /auth/anthropic/refresh
POST /auth/anthropic/logout
GET /auth/anthropic/status
POST /auth/claude-code/login
POST /auth/claude-code/cancel
POST /auth/claude-code/logout
GET /auth/claude-code/status
GET /settings
POST /settings
GET /credentials
POST /query
GET /query/{id}/events
POST /query/{id}/cancel
POST /query/{id}/continue
POST /query/{id}/mode
POST /query/{id}/stop-command
POST /approve
POST /answer
GET /conversations
POST /conversations
GET /conversations/{id}
POST /conversations/{id}
DELETE /conversations/{id}
GET /conversations/{id}/subagents/{toolUseId}
POST /conversations/{id}/rewind
GET /events
POST /events/follow
POST /events/leave
POST /attachments
GET /folders
GET /workspace
POST /workspace/trust
GET /mcp-servers
GET /mcp-servers/{name}/sign-in
POST /mcp-servers/{name}/sign-in
POST /mcp-servers/{name}/sign-out
POST /mcp-secrets
GET /leases
POST /leases
DELETE /leases/{id}
GET /usage
POST /usage/refresh
GET /receipts
GET /timeline
GET /diagnostics`
  .trim()
  .split('\n')
  .sort();

describe('the OpenAPI document', () => {
  test('is 3.1 and has every route of the contract, with its security, and no other', () => {
    expect(document.openapi).toBe('3.1.0');
    expect(document.info).toMatchObject({ title: 'Postern', version: '0.1.0' });
    const documented = operations.map(({ method, path, operation }) => {
      const open = operation.security?.length === 0;
      if (!open) expect(operation.security).toEqual([{ launchToken: [] }]);
      return `${method} ${path}${open ? ' open' : ''}`;
    });
    expect(documented.sort()).toEqual(table);
    expect(document.components.securitySchemes).toMatchObject({
      launchToken: { type: 'http', scheme: 'bearer' },
    });
  });

  test('is whole: unique ids, described answers, declared parameters, no dangling and no idle reference', () => {
    expect(new Set(operations.map(({ operation }) => operation.operationId)).size).toBe(operations.length);
    for (const { method, path, operation } of operations) {
      expect(operation.summary).toMatch(/\w/);
      expect(operation.responses).toHaveProperty('200');
      expect(operation.responses).toHaveProperty('default');
      for (const answer of Object.values(operation.responses)) expect(answer.description).toMatch(/\w/);
      expect(operation.requestBody !== undefined).toBe(method === 'POST');
      if (operation.requestBody)
        expect(Object.keys(operation.requestBody.content)).toEqual(
          path === '/attachments' ? [...attachmentTypes, 'text/*'] : ['application/json'],
        );
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      expect(
        operation.parameters?.filter((each) => each.in === 'path').map(({ name }) => name) ?? [],
      ).toEqual(inPath);
    }
    const refs = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(([, ref = '']) => ref);
    const named = Object.keys(document.components.schemas).map((name) => `#/components/schemas/${name}`);
    expect(new Set(refs)).toEqual(new Set(named));
  });

  test('F43 every route that is not open asks for the bearer, and says so the same way', async () => {
    for (const { method, path, operation } of operations) {
      const answer = await server.raw(
        `${method} ${path.replaceAll(/\{\w+\}/g, 'x')} HTTP/1.1`,
        ['Authorization: absent', ...(method === 'POST' ? ['Content-Type: application/json'] : [])],
        method === 'POST' ? '{"ticket":"wrong"}' : '',
      );
      if (operation.security?.length === 0 && path !== '/session') expect(answer.status).not.toBe(401);
      else expect([path, answer.status, answer.headers['www-authenticate']]).toEqual([path, 401, 'Bearer']);
    }
  });
});

const canary = 'c4n4ry';
const jsonWithCanary = fc.oneof(
  fc.jsonValue({ maxDepth: 4 }).map((value) => JSON.stringify(value)),
  fc
    .dictionary(
      fc.constantFrom(
        canary,
        'prompt',
        'theme',
        'apiKey',
        'fallback',
        'ticket',
        'requestId',
        'code',
        'pasted',
        'alwaysAllow',
        'model',
      ),
      fc.oneof(fc.constant(canary), fc.jsonValue({ maxDepth: 2 })),
    )
    .map((value) => JSON.stringify(value)),
  fc.constantFrom('', '{}', `{"${canary}":1}`, `{"__proto__":"${canary}"}`, '[[[[', canary, '\u0000'),
);
const header = fc.constantFrom(
  'Content-Type: application/json',
  `Content-Type: ${canary}/x`,
  `Origin: http://${canary}.example`,
  'Sec-Fetch-Site: cross-site',
  `X-Forwarded-Host: ${canary}`,
  'X-HTTP-Method-Override: POST',
  `Cookie: a=${canary}`,
  `Last-Event-ID: ${canary}`,
  'Accept: text/html',
  `Access-Control-Request-Method: ${canary}`,
  'Connection: close',
  `Upgrade: ${canary}`,
  'Range: bytes=0-1',
  'Accept-Encoding: gzip',
  'Accept-Version: 1.0.0',
);
const method = fc.constantFrom(
  'GET',
  'POST',
  'PUT',
  'DELETE',
  'PATCH',
  'HEAD',
  'OPTIONS',
  'TRACE',
  'QUERY',
  'PROPFIND',
);

describe('any request', () => {
  test('gets no 5xx, no echo and no Access-Control header, on every route of the document and beside it', async () => {
    const paths = [
      ...Object.keys(document.paths),
      '/nothing',
      `/${canary}`,
      '/assets/x',
      '/%zz',
      '/settings/',
      '//settings',
    ];
    await fc.assert(
      fc.asyncProperty(
        method,
        fc.constantFrom(...paths.filter((path) => path !== '/events')),
        fc.constantFrom('x', canary, 'query-1', 'conversation-1', '%00', '..'),
        fc.constantFrom(
          '',
          `?${canary}=1`,
          `?limit=${canary}`,
          '?limit=5',
          `?before=${canary}`,
          '?restart=1',
          `?credential=${canary}`,
          '?a[]=1&a=2&__proto__=3',
        ),
        fc.uniqueArray(header, { maxLength: 4 }),
        fc.boolean(),
        jsonWithCanary,
        async (verb, path, id, query, headers, withBearer, body) => {
          const answer = await server.raw(
            `${verb} ${path.replace(/\{\w+\}/, id)}${query} HTTP/1.1`,
            [...headers, ...(withBearer ? [] : ['Authorization: absent'])],
            verb === 'GET' || verb === 'HEAD' ? '' : body,
          );
          expect(answer.status).toBeGreaterThanOrEqual(200);
          expect(answer.status).toBeLessThan(500);
          expect(answer.text).not.toMatch(/access-control/i);
          // A good answer may carry what was asked for (a prompt repeated by the stand-in, a saved setting); a refusal never.
          if (answer.status >= 400) expect(answer.text).not.toContain(canary);
        },
      ),
      { numRuns: 600 },
    );
  });
});
