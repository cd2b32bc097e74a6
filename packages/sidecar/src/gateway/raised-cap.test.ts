import { expect, it, vi } from 'vitest';
import { type Respond, sendStream } from '../../test/support/gateway/fake-upstream.ts';
import { openHouse, requestBody } from '../../test/support/gateway/harness.ts';
import { liftedElsewhere } from '../selection/index.ts';

const patience = { timeout: 10_000 };
const respond: Respond = (_seen, response) => sendStream(response);

it('that cannot be read while its question is open stays a question', async () => {
  const house = await openHouse({ respond, signedIn: false, fallback: { capUsdPerDay: 1 } });
  house.spend(1);
  const { promise: said, resolve: say } = Promise.withResolvers<'once'>();
  const query = house.bind({ answer: () => said });
  const answer = query.post();
  await vi.waitFor(() => expect(query.heard.questions).toHaveLength(1), patience);
  const { settings } = house;
  let looks = 0;
  Object.defineProperty(house, 'settings', {
    configurable: true,
    get() {
      looks += 1;
      throw new Error('the database is locked');
    },
  });
  await vi.waitFor(() => expect(looks).toBeGreaterThan(1), patience);
  Object.defineProperty(house, 'settings', { value: settings });
  say('once');
  expect((await answer).status).toBe(200);
});

it.each([
  ['raised in the settings', 'raise'],
  ['switched off there', 'off'],
  ['lifted for today in another turn', 'today'],
])('that is %s meanwhile lets the call go, and its question is withdrawn', async (_, how) => {
  const house = await openHouse({ respond, signedIn: false, fallback: { capUsdPerDay: 1 } });
  house.spend(1);
  let asked: AbortSignal | null = null;
  const query = house.bind({
    answer: (_question, signal) => {
      asked = signal;
      return new Promise<never>(() => undefined);
    },
  });
  const answer = query.post({ body: requestBody({ max_tokens: 50_000 }) });
  await vi.waitFor(() => expect(asked).toMatchObject({ aborted: false }), patience);
  if (how === 'today') expect((await house.bind({ answer: 'today' }).post()).status).toBe(200);
  else {
    const { fallback } = house.settings;
    // Not enough yet for what it may cost: it stays a question.
    house.settings = { ...house.settings, fallback: { ...fallback, capUsdPerDay: 1.1 } };
    await vi.waitFor(() => expect(query.heard.questions).toHaveLength(2), patience);
    expect(query.heard.questions[1]).toMatchObject({ capUsd: 1.1 });
    const capUsdPerDay = how === 'off' ? null : 2;
    house.settings = { ...house.settings, fallback: { ...fallback, capUsdPerDay } };
  }
  expect((await answer).status).toBe(200);
  expect(asked).toMatchObject({ aborted: true, reason: liftedElsewhere });
  expect(house.upstream.seen).toHaveLength(how === 'today' ? 2 : 1);
});
