import fc, { type Arbitrary } from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Postern, startPostern } from '../end-to-end/harness/start-postern.ts';
import { fittingValue } from './harness/fitting-value.ts';
import { portOf, rawRequest } from './harness/raw-request.ts';
import { type JsonSchema, type RealRoute, realRoutes } from './harness/real-routes.ts';

let postern: Postern;
let routes: readonly RealRoute[];
let schemas: Readonly<Record<string, JsonSchema>>;
beforeAll(async () => {
  postern = await startPostern();
  ({ routes, schemas } = await realRoutes(postern));
});
afterAll(() => postern.stop());

/** In everything that is sent; in no refusal that comes back. */
const canary = 'C4n4ryOfTheFuzz';
const runs = 700;

/** Well-formed requests to these would stop Postern, start a program, or hold the connection; here they are always a little wrong. */
const tooMuch = /^(?:POST \/(?:stop|query|auth\/claude-code\/\w+)|GET \/events)$/;
/** The window, and a page for a person: what was wrong is not told there. */
const isPage = /^GET \/(?:|docs|auth\/anthropic\/callback)$/;

interface Fuzzed {
  readonly line: string;
  readonly target: string;
  readonly body: string;
}

/** A request that fits the route's schemas, spoilt in one place, or in none. */
function requestTo(route: RealRoute): Arbitrary<Fuzzed> {
  const line = `${route.method} ${route.pattern}`;
  const parameters = route.operation.parameters ?? [];
  const spoilt = fc.constantFrom('key', 'type', 'query', 'prototype', 'text', 'id');
  const how = tooMuch.test(line)
    ? fc.constantFrom('key' as const, 'query' as const, 'prototype' as const, 'text' as const)
    : fc.oneof({ weight: 1, arbitrary: fc.constant('nothing' as const) }, { weight: 2, arbitrary: spoilt });
  const schema = route.operation.requestBody?.content['application/json']?.schema;
  const values = fc.record(
    Object.fromEntries(
      parameters
        .filter((each) => each.in === 'query')
        .map(({ name, schema: part }) => [name, fittingValue(part, schemas)]),
    ),
    { requiredKeys: [] },
  );
  return fc
    .tuple(how, values, schema === undefined ? fc.constant(null) : fittingValue(schema, schemas))
    .map(([kind, query, body]) => {
      const given = new URLSearchParams(
        Object.entries(query).map(([name, value]): [string, string] => [name, String(value).toWellFormed()]),
      );
      // A GET has no body to spoil.
      if (kind === 'query' || (schema === undefined && kind !== 'nothing' && kind !== 'id'))
        given.append(canary, canary);
      const search = isPage.test(line) ? `?${canary}=${canary}` : given.size === 0 ? '' : `?${given}`;
      const id = kind === 'id' ? canary : 'nobody';
      return {
        line,
        target: route.pattern.replaceAll(/\{\w+\}/g, id) + search,
        body: schema === undefined ? '' : spoil(body, kind),
      };
    });
}

function spoil(body: unknown, kind: string): string {
  const object = typeof body === 'object' && body !== null ? body : {};
  const [first = canary] = Object.keys(object);
  if (kind === 'key') return JSON.stringify({ ...object, [canary]: canary });
  if (kind === 'type') return JSON.stringify({ ...object, [first]: { [canary]: [canary] } });
  if (kind === 'prototype')
    return JSON.stringify(object).replace(/^\{/, `{"__proto__":{"x":"${canary}"},`).replace(',}', '}');
  if (kind === 'text') return `${JSON.stringify(object).slice(0, -1)} ${canary}`;
  return JSON.stringify(body);
}

/** Sends it with a bearer, or with one that is wrong. */
function send({ line, target, body }: Fuzzed, withBearer: boolean): ReturnType<typeof rawRequest> {
  const [method = ''] = line.split(' ');
  return rawRequest(
    portOf(postern.ready.url),
    `${method} ${target} HTTP/1.1`,
    [
      `Authorization: Bearer ${withBearer ? postern.token : canary}`,
      ...(body === '' ? [] : ['Content-Type: application/json']),
    ],
    body,
  );
}

function expectHarmless(line: string, answer: Awaited<ReturnType<typeof rawRequest>>): void {
  expect(answer.status).toBeGreaterThanOrEqual(200);
  expect(answer.status).toBeLessThan(500);
  expect(answer.text).not.toMatch(/access-control/i);
  expect(answer.text).not.toMatch(/at .*\.(?:ts|js):\d+|node_modules|ZodError|SQLITE/);
  if (answer.status < 400) return;
  expect(answer.text, line).not.toContain(canary);
  if (isPage.test(line)) return;
  expect(answer.headers['content-type']).toBe('application/problem+json');
  expect(Object.keys(JSON.parse(answer.body)).sort()).toEqual([
    'code',
    'detail',
    'retryable',
    'status',
    'title',
    'type',
  ]);
}

test('what an address names and is not there is in no refusal', async () => {
  const named = routes.filter(({ pattern }) => pattern.includes('{'));
  expect(named.length).toBeGreaterThan(10);
  for (const { method, pattern } of named) {
    const line = `${method} ${pattern}`;
    const body = method === 'POST' ? '{}' : '';
    expectHarmless(line, await send({ line, target: pattern.replaceAll(/\{\w+\}/g, canary), body }, true));
  }
});

test('any request to any route of the document gets no 5xx, no echo in a refusal, no Access-Control header, and declared JSON', async () => {
  const seen = new Map<string, Set<number>>();
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...routes).chain(requestTo),
      fc.boolean(),
      async (request, withBearer) => {
        const answer = await send(request, withBearer);
        seen.set(request.line, (seen.get(request.line) ?? new Set()).add(answer.status));
        expectHarmless(request.line, answer);
      },
    ),
    { numRuns: runs },
  );
  // Every route was met, and not only refused.
  expect(seen.size).toBe(routes.length);
  const met = [...seen.values()].flatMap((statuses) => [...statuses]);
  expect(met).toEqual(expect.arrayContaining([200, 400, 401]));
  expect((await postern.client.health()).status).toBe('ok');
  expect(postern.command.stderr()).not.toMatch(/"level":"(?:error|fatal)"/);
});
