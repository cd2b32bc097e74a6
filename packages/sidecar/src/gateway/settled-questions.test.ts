import { expect, it, vi } from 'vitest';
import { type Respond, sendError, sendStream } from '../../test/support/gateway/fake-upstream.ts';
import { openHouse, requestBody } from '../../test/support/gateway/harness.ts';
import { ReauthorizationRequiredError } from '../errors/index.ts';
import { settledElsewhere } from '../selection/index.ts';

const patience = { timeout: 10_000 };
const respond: Respond = (_seen, response) => sendStream(response);

it('a cap that cannot be read while its question is open stays a question', async () => {
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
])('a cap that is %s meanwhile lets the call go, and its question is withdrawn', async (_, how) => {
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
  expect(asked).toMatchObject({ aborted: true, reason: settledElsewhere });
  expect(house.upstream.seen).toHaveLength(how === 'today' ? 2 : 1);
});

it('a cap is asked about anew once it is another one, also for several calls, and a yes is about what was asked', async () => {
  const house = await openHouse({ respond, signedIn: false, fallback: { capUsdPerDay: 2 } });
  house.spend(2);
  const answers: ((answer: 'once' | 'no') => void)[] = [];
  const query = house.bind({ answer: () => new Promise((resolve) => answers.push(resolve)) });
  const setCap = (capUsdPerDay: number): void => {
    house.settings = { ...house.settings, fallback: { ...house.settings.fallback, capUsdPerDay } };
  };
  const asked = (): readonly (number | null)[] => query.heard.questions.map(({ capUsd }) => capUsd);
  const calls = [query.post()];
  await vi.waitFor(() => expect(asked()).toEqual([2]), patience);
  // Looks at another moment than the first.
  await new Promise((resolve) => setTimeout(resolve, 200));
  calls.push(query.post());
  setCap(2.0001);
  await vi.waitFor(() => expect(asked()).toEqual([2, 2.0001]), patience);
  setCap(1);
  await vi.waitFor(() => expect(asked()).toEqual([2, 2.0001, 1]), patience);
  answers[0]?.('once');
  answers[1]?.('once');
  expect(house.upstream.seen).toEqual([]);
  answers[2]?.('no');
  expect((await Promise.all(calls)).map(({ status }) => status)).toEqual([403, 403]);
});

it('a new sign-in settles the question that its refused predecessor raised, and pays', async () => {
  const house = await openHouse({
    respond: (seen, response) =>
      seen.paidWith === 'token-9'
        ? sendStream(response)
        : sendError(response, 401, 'authentication_error', 'no'),
    fallback: { onAuthFailure: 'ask' },
  });
  house.tokens.refresh = async () => {
    throw new ReauthorizationRequiredError('reauthorization_required');
  };
  const query = house.bind({ answer: () => new Promise<never>(() => undefined) });
  const answer = query.post();
  await vi.waitFor(() => expect(query.heard.questions).toHaveLength(1), patience);
  await house.tokens.signIn('token-9');
  expect((await answer).status).toBe(200);
  expect(house.upstream.seen.map(({ paidWith }) => paidWith)).toEqual(['token-1', 'token-9']);
});
