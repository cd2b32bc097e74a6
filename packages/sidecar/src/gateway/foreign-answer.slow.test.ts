import { describe, expect, it } from 'vitest';
import { answerEvents, type Respond, startEvent } from '../../test/support/gateway/fake-upstream.ts';
import { openHouse } from '../../test/support/gateway/harness.ts';

const page = '<!DOCTYPE html><html><body>Sign in to the network</body></html>';
const answerWith =
  (status: number, headers: Record<string, string>, body: string): Respond =>
  (_seen, response) => {
    response.writeHead(status, headers).end(body);
  };

const html = { 'content-type': 'text/html' };
const foreign: [string, Respond][] = [
  ['200 with a page', answerWith(200, html, page)],
  [
    '200 with a page that is said to be a stream',
    answerWith(200, { 'content-type': 'text/event-stream' }, page),
  ],
  ['200 with another document', answerWith(200, { 'content-type': 'application/json' }, '{"ok":true}')],
  ['200 with nothing', answerWith(200, {}, '')],
  ['204', answerWith(204, {}, '')],
  ['302 to a sign-in page', answerWith(302, { location: 'http://portal.example/' }, '')],
  ['401 with a page', answerWith(401, html, page)],
  ['403 with a page', answerWith(403, html, page)],
  ['511', answerWith(511, html, page)],
];

describe('an answer that is not the service’s', () => {
  it.each(foreign)(
    '%s ends the query in its own words; no credential is accepted, blamed, or followed by another',
    async (_, respond) => {
      const house = await openHouse({ respond });
      const query = house.bind();
      const answer = await query.post();
      expect(answer).toMatchObject({ status: 403, headers: { 'x-should-retry': 'false' } });
      expect(answer.text).toContain('The answer did not come from the service');
      expect(query.heard).toMatchObject({
        givenUp: [{ code: 'not_the_service' }],
        ...{ paid: [], passedThrough: [], switches: [], limits: [], questions: [] },
      });
      expect(house.upstream.seen.map((seen) => seen.paidWith)).toEqual(['token-1']);
      expect(house.tokens.refreshes).toBe(0);
      expect(house.tokens.acceptedVersions).toEqual([]);
      const [oauth, key] = await house.selection.candidates();
      expect(oauth).toMatchObject({ usable: true, cooldownUntilMs: null, acceptedAtMs: null });
      expect(key).toMatchObject({ usable: true, cooldownUntilMs: null, acceptedAtMs: null });
      expect(house.logs.join()).toContain("not the service's");
      expect(house.logs.join()).not.toContain('Sign in to the network');
    },
  );

  it.each(foreign)('%s teaches a trial nothing about a credential', async (_, respond) => {
    const house = await openHouse({ respond });
    for (const id of ['oauth:default', 'api_key:default'])
      expect(await house.gateway.tryCredential(id)).toEqual({ outcome: 'unknown', code: 'not_the_service' });
    expect(house.tokens.refreshes).toBe(0);
    expect(house.tokens.acceptedVersions).toEqual([]);
    for (const candidate of await house.selection.candidates())
      expect(candidate).toMatchObject({ usable: true, cooldownUntilMs: null, acceptedAtMs: null });
  });

  it('a count of tokens is looked at as well', async () => {
    const house = await openHouse({ respond: answerWith(200, html, page) });
    const query = house.bind();
    expect((await query.post({ path: '/v1/messages/count_tokens' })).status).toBe(403);
    expect(query.heard.givenUp).toEqual([{ code: 'not_the_service', detail: null }]);
  });
});

describe('the service’s own answer', () => {
  it('arrives byte for byte, in whatever pieces it comes', async () => {
    const text = answerEvents('ü'.repeat(50_000));
    const house = await openHouse({
      respond: async (_seen, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        for (const piece of [text.slice(0, 5), text.slice(5, 21), text.slice(21, 90), text.slice(90)]) {
          response.write(piece);
          await new Promise((resolve) => setImmediate(resolve));
        }
        response.end();
      },
    });
    const query = house.bind();
    expect((await query.post()).text).toBe(text);
    expect(query.heard.paid).toHaveLength(1);
    expect(query.heard.givenUp).toEqual([]);
  });

  it.each([
    ['before its first byte', ''],
    ['in its first event', startEvent().slice(0, 40)],
  ])('that breaks off %s is asked for once more, and is not somebody else’s answer', async (_, text) => {
    const house = await openHouse({
      respond: (_seen, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.flushHeaders();
        response.write(text, () => response.destroy());
      },
    });
    const query = house.bind();
    await query.post();
    expect(query.heard.givenUp).toMatchObject([{ code: 'upstream_unavailable' }]);
    expect(query.heard.passedThrough).toEqual([]);
    expect(house.upstream.seen).toHaveLength(2);
  });
});
