import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { createFailureLimiter } from './failure-limiter.ts';
import { createLaunchToken, isLaunchToken, launchTokenText } from './launch-token.ts';
import { sameSecret } from './same-secret.ts';
import { createTickets, windowUrl } from './tickets.ts';

function ticketsAt(maxOpen = 16) {
  let now = 1_000;
  return { tickets: createTickets({ clock: () => now, maxOpen }), advance: (ms: number) => (now += ms) };
}

test('F43 a ticket works once', async () => {
  const { tickets } = ticketsAt();
  const { ticket } = tickets.issue();
  expect(await tickets.redeem(ticket)).toBe(true);
  expect(await tickets.redeem(ticket)).toBe(false);
});

test('a ticket ends after 60 s, and a wrong one never works', async () => {
  const { tickets, advance } = ticketsAt();
  const early = tickets.issue();
  expect(early.expiresAtMs).toBe(61_000);
  advance(59_999);
  expect(await tickets.redeem(early.ticket)).toBe(true);
  const late = tickets.issue();
  advance(60_000);
  expect(await tickets.redeem(late.ticket)).toBe(false);
  expect(await tickets.redeem('')).toBe(false);
});

test('F34 a ticket ends after 60 s also where the clock was set back, or the machine slept', async () => {
  const [clock, elapsed] = [1_000, 500];
  let [setBackMs, passedMs, sleptMs] = [0, 0, 0];
  const tickets = createTickets({
    clock: () => clock + passedMs + sleptMs - setBackMs,
    elapsed: () => elapsed + passedMs,
  });
  const [one, two, three] = [tickets.issue(), tickets.issue(), tickets.issue()];
  setBackMs = 3_600_000;
  passedMs = 59_999;
  expect(await tickets.redeem(one.ticket)).toBe(true);
  passedMs = 60_000;
  expect(await tickets.redeem(two.ticket)).toBe(false);
  [setBackMs, passedMs, sleptMs] = [0, 0, 60_000];
  expect(await tickets.redeem(three.ticket)).toBe(false);
});

test('a ticket that somebody may not have stays good for whoever may, and nobody is asked about a bad one', async () => {
  const { tickets } = ticketsAt();
  const { ticket } = tickets.issue();
  let asked = 0;
  const refuse = async () => {
    asked += 1;
    return false;
  };
  expect([await tickets.redeem('wrong', refuse), asked]).toEqual([false, 0]);
  expect([await tickets.redeem(ticket, refuse), asked]).toEqual([false, 1]);
  expect(await tickets.redeem(ticket)).toBe(true);
  expect([await tickets.redeem(ticket, refuse), asked]).toEqual([false, 1]);
});

test('a ticket that another request spends while it is asked for works once', async () => {
  const { tickets } = ticketsAt();
  const { ticket } = tickets.issue();
  const asked = Promise.withResolvers<boolean>();
  const slow = tickets.redeem(ticket, () => asked.promise);
  expect(await tickets.redeem(ticket)).toBe(true);
  asked.resolve(true);
  expect(await slow).toBe(false);
});

test('only so many tickets are open at once: the oldest ends, the newest works', async () => {
  const { tickets } = ticketsAt(2);
  const [first, second, third] = [tickets.issue(), tickets.issue(), tickets.issue()];
  const redeemed = [first, second, third].map(({ ticket }) => tickets.redeem(ticket));
  expect(await Promise.all(redeemed)).toEqual([false, true, true]);
});

test('the ticket stands in the fragment of a window’s address', () => {
  expect(new URL(windowUrl('http://127.0.0.1:8765', 'abc'))).toMatchObject({
    pathname: '/',
    search: '',
    hash: '#ticket=abc',
  });
});

test('a launch token is long, its own, and never printed', () => {
  const [token, other] = [createLaunchToken(), createLaunchToken()];
  const text = launchTokenText(token);
  expect(text).toMatch(/^postern_[\w-]{43}$/);
  expect(isLaunchToken(token, text)).toBe(true);
  expect(isLaunchToken(other, text)).toBe(false);
  expect(isLaunchToken(token, text.slice(0, -1))).toBe(false);
  expect(`${token} ${JSON.stringify({ token })} ${inspect({ token })}`).not.toContain(text);
});

test('secrets of any two lengths are compared', () => {
  expect(sameSecret('', '')).toBe(true);
  expect(sameSecret('a', 'aa')).toBe(false);
});

test('failures above the limit are too many until the window has passed, also when the clock was set back', () => {
  let now = 10_000;
  const meter = createFailureLimiter({ clock: () => now, limit: 2, perMs: 1_000 });
  expect([meter.note(), meter.note(), meter.note()]).toEqual([false, false, true]);
  now += 1_000;
  expect(meter.note()).toBe(false);
  now = 0;
  expect([meter.note(), meter.note(), meter.note()]).toEqual([false, false, true]);
});
