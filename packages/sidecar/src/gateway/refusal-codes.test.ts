import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { errorTable } from '@postern/contract';
import { describe, expect, it } from 'vitest';
import { type Respond, sendStream } from '../../test/support/gateway/fake-upstream.ts';
import { openHouse, requestBody } from '../../test/support/gateway/harness.ts';
import { classifyRefusal } from './classify-refusal.ts';
import { refusalCode, wordsOfCode } from './refusal-codes.ts';

/** Status and code of everything that `create` of the SDK is typed to throw. */
const typed = typedRefusals();

function typedRefusals(): readonly (readonly [number, string])[] {
  const sdk = dirname(createRequire(import.meta.url).resolve('@anthropic-ai/sdk'));
  const read = (path: string): string => readFileSync(join(sdk, path), 'utf8');
  const types = read('resources/messages/messages.d.ts');
  const doc = types.slice(types.indexOf('@throws'), types.indexOf('*/', types.indexOf('@throws')));
  const thrown = new Set([...doc.matchAll(/@throws \{(\w+)\}/g)].map(([, name]) => name));
  const classes = read('src/core/error-classes.ts').matchAll(/\['(\d+) (\w+)', (\w+)\]/g);
  return [...classes].flatMap(([, status = '', code = '', name]) =>
    thrown.has(name) ? [[Number(status), code] as const] : [],
  );
}

function refused(status: number, code: string, at: 'details' | 'error' = 'details'): Respond {
  const where = at === 'details' ? { details: { error_code: code } } : { error_code: code };
  const error = { type: 'rate_limit_error', message: 'token has expired', ...where };
  return (_seen, response) => {
    response.writeHead(status, { 'content-type': 'application/json', 'retry-after': '1' });
    response.end(JSON.stringify({ type: 'error', error }));
  };
}

describe('a typed refusal', () => {
  it('is one of many', () => expect(typed.length).toBeGreaterThan(30));

  it.each(typed)(
    '%d %s has its meaning, a sentence and a next step, whatever type and message say',
    (status, code) => {
      const error = { type: 'invalid_request_error', message: 'credit', details: { error_code: code } };
      const answer = {
        kind: 'api_key',
        status,
        headers: {},
        body: JSON.stringify({ error }),
        nowMs: 0,
      } as const;
      expect(classifyRefusal(answer)).toEqual({ meaning: refusalCode(code)?.means, code });
      expect(wordsOfCode(code)).toMatch(new RegExp(`^[A-Z].+\\. [A-Z].+\\. \\(${code}\\)$`));
    },
  );

  it('that nobody knows says nothing, and the rest of the answer counts', () => {
    const error = { type: 'billing_error', message: 'x', details: { error_code: 'toString' } };
    const answer = {
      kind: 'api_key',
      status: 400,
      headers: {},
      body: JSON.stringify({ error }),
      nowMs: 0,
    } as const;
    expect(classifyRefusal(answer)).toEqual({ meaning: 'money' });
    expect(wordsOfCode('toString')).toBeNull();
  });

  it.each([
    [429, 'contract_spend_limit_reached'],
    [429, 'enforced_spend_limit_reached'],
    [402, 'linked_organization_spend_limit_reached'],
    [402, 'linked_organization_billing_unavailable'],
    [403, 'user_profile_billing_not_authorized'],
    [403, 'user_profile_not_billable'],
    [400, 'organization_on_hold'],
  ] as const)(
    'about money, %d %s, ends the query with one call, and no other credential pays',
    async (status, code) => {
      for (const at of ['details', 'error'] as const) {
        const house = await openHouse({
          respond: refused(status, code, at),
          fallback: { onAuthFailure: 'allow' },
        });
        const query = house.bind({ answer: 'once' });
        const answer = await query.post();
        expect([answer.status, answer.headers['x-should-retry']]).toEqual([403, 'false']);
        expect(query.heard.givenUp).toMatchObject([{ code: 'billing_problem' }]);
        expect(query.heard.givenUp[0]?.detail).toContain(`(${code})`);
        expect(house.upstream.seen).toHaveLength(1);
        expect(query.heard.switches).toEqual([]);
      }
    },
  );

  it('about a link that has ended says to link again, and the next step of the error says nothing else', () => {
    expect(wordsOfCode('user_profile_billing_not_authorized')).toContain('Link it again.');
    expect(errorTable.billing_problem.nextStep).toMatch(/^Do what the detail says, or /);
  });

  it('about money without a code gives the service’s own words, once, and the next step beside them', async () => {
    const message = 'Your credit balance is too low to access the Anthropic API.';
    const house = await openHouse({
      respond(_seen, response) {
        response.writeHead(400, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ type: 'error', error: { type: 'invalid_request_error', message } }));
      },
    });
    const query = house.bind();
    const answer = await query.post();
    expect(query.heard.givenUp).toEqual([{ code: 'billing_problem', detail: message }]);
    expect(answer.text).toContain(`${errorTable.billing_problem.title}. ${message}"`);
  });

  it('about money notes no window of a plan as used up, whatever its headers say', async () => {
    const house = await openHouse({
      respond(_seen, response) {
        const error = { type: 'rate_limit_error', details: { error_code: 'enforced_spend_limit_reached' } };
        response.writeHead(429, {
          'content-type': 'application/json',
          'anthropic-ratelimit-unified-status': 'rejected',
          'anthropic-ratelimit-unified-representative-claim': 'five_hour',
          'anthropic-ratelimit-unified-5h-utilization': '1',
          'anthropic-ratelimit-unified-5h-reset': String(Date.parse('2026-11-23T13:00:00Z') / 1000),
        });
        response.end(JSON.stringify({ type: 'error', error }));
      },
    });
    const query = house.bind();
    await query.post();
    expect(query.heard.givenUp).toMatchObject([{ code: 'billing_problem' }]);
    expect(query.heard.limits).toEqual([]);
    expect(house.ledger.windows()).toEqual([]);
  });

  it('about the account ends the query with one call as well', async () => {
    const house = await openHouse({ respond: refused(400, 'cmek_key_disabled'), signedIn: false });
    const query = house.bind();
    await query.post();
    expect(query.heard.givenUp).toMatchObject([{ code: 'upstream_refused' }]);
    expect(query.heard.givenUp[0]?.detail).toContain('(cmek_key_disabled)');
    expect(house.upstream.seen).toHaveLength(1);
  });

  it('that is a brake is passed through, with its time', async () => {
    const house = await openHouse({ respond: refused(429, 'ramp_limit_exceeded'), signedIn: false });
    const query = house.bind();
    const answer = await query.post();
    expect([answer.status, answer.headers['retry-after']]).toEqual([429, '1']);
    expect(query.heard.passedThrough).toMatchObject([{ code: 'upstream_throttled', status: 429 }]);
  });
});

describe('a plan window of one model', () => {
  const usedUp: Respond = (seen, response) => {
    if (seen.paidWith === 'key' || !seen.body.includes('opus')) return sendStream(response);
    const reset = String(Date.parse('2026-11-23T13:00:00Z') / 1000);
    response.writeHead(429, {
      'anthropic-ratelimit-unified-status': 'rejected',
      'anthropic-ratelimit-unified-representative-claim': 'seven_day_opus',
      'anthropic-ratelimit-unified-7d_opus-utilization': '1',
      'anthropic-ratelimit-unified-7d_opus-reset': reset,
    });
    response.end('{"type":"error","error":{"type":"rate_limit_error","message":"limit"}}');
  };

  it('rests that model under that credential, and no other', async () => {
    const house = await openHouse({
      respond: usedUp,
      fallback: { onUsageLimit: 'allow', capUsdPerDay: null },
    });
    const opus = requestBody({ model: 'claude-opus-5-5' });
    const first = house.bind();
    expect((await first.post({ body: opus })).status).toBe(200);
    expect(first.heard.paid).toMatchObject([{ credential: { kind: 'api_key' } }]);
    const again = house.bind();
    await again.post({ body: opus });
    await again.post();
    expect(again.heard.paid.map(({ credential }) => credential.kind)).toEqual(['api_key', 'oauth']);
    expect(house.upstream.seen.map(({ paidWith }) => paidWith)).toEqual(['token-1', 'key', 'key', 'token-1']);
  });
});
