import { expect, it } from 'vitest';
import { type Respond, sendStream } from '../../test/support/gateway/fake-upstream.ts';
import { openHouse, requestBody } from '../../test/support/gateway/harness.ts';
import { AnswerBody } from './answer-body.ts';
import { billUserProfile } from './bill-user-profile.ts';
import type { UpstreamRequest } from './upstream.ts';

const request: UpstreamRequest = {
  method: 'POST',
  target: '/v1/messages?beta=true',
  headers: { authorization: 'Bearer t', 'anthropic-beta': 'tools-1' },
  body: Buffer.from(' {"model":"m","messages":[]}'),
  signal: new AbortController().signal,
};

const nothing = (): void => undefined;
const nobody = new AnswerBody({ pause: nothing, resume: nothing, abort: nothing });

/** What goes upstream of a request. */
async function sent(
  more: Partial<UpstreamRequest>,
  profile: string | null = 'uprof_1',
): Promise<UpstreamRequest> {
  let seen: UpstreamRequest = request;
  const send = billUserProfile(profile, async (each) => {
    seen = each;
    return { status: 200, headers: {}, body: nobody };
  });
  await send({ ...request, ...more });
  return seen;
}

it('puts a message on the bill of the profile', async () => {
  const { headers, body } = await sent({});
  expect(headers).toEqual({
    authorization: 'Bearer t',
    'anthropic-beta': 'tools-1,user-profiles-billing-2026-10-01',
    'anthropic-user-profile-id': 'uprof_1',
  });
  expect(JSON.parse(String(body))).toEqual({
    billing_policy: { type: 'billing_policy', bill_to: 'user_profile' },
    model: 'm',
    messages: [],
  });
  expect(JSON.parse(String((await sent({ body: Buffer.from('{ }') })).body))).toHaveProperty(
    'billing_policy',
  );
});

it.each<[string, Partial<UpstreamRequest>, string | null]>([
  ['without a profile', {}, null],
  ['with a key', { headers: { 'x-api-key': 'k' } }, 'uprof_1'],
  ['of another endpoint', { target: '/v1/messages/count_tokens' }, 'uprof_1'],
  ['without a body', { body: null }, 'uprof_1'],
])('leaves a request %s as it is', async (_, more, profile) => {
  expect(await sent(more, profile)).toEqual({ ...request, ...more });
});

it('sends nothing that says itself who is billed, or that cannot be read', async () => {
  const respond: Respond = (_seen, response) => sendStream(response);
  const house = await openHouse({ respond, deps: { billingUserProfileId: 'uprof_1' } });
  const query = house.bind();
  const own = requestBody({ billing_policy: { type: 'billing_policy', bill_to: 'organization' } });
  for (const body of [own, own.replace('billing_policy', 'billing\\u005fpolicy'), `${own} x`]) {
    const answer = await query.post({ body });
    expect([answer.status, answer.text]).toEqual([400, expect.stringContaining('billing_policy')]);
  }
  expect(house.upstream.seen).toEqual([]);
  const nested = requestBody({ metadata: { billing_policy: null } });
  expect((await query.post({ body: nested })).status).toBe(200);
  const elsewhere = await openHouse({ respond });
  expect((await elsewhere.bind().post({ body: own })).status).toBe(200);
});
