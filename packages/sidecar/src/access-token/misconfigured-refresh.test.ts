import { describe, expect, it } from 'vitest';
import { codeOf, hour, id, signedIn } from '../../test/support/access-token/harness.ts';
import { OAuthResponseError } from '../errors/index.ts';

const minute = 60_000;

/** A sign-in whose every refresh is refused, in a process with this luck, and when each was sent. */
async function refused(random: number) {
  const { open, server, time } = await signedIn();
  const sentAtMs: number[] = [];
  server.onArrival = () => sentAtMs.push(time.nowMs);
  for (let n = 0; n < 999; n += 1)
    server.trouble.push({ when: 'before', error: new OAuthResponseError('misconfigured', 'invalid_client') });
  await time.pass(2 * hour);
  return { access: open(random), sentAtMs, server, time };
}

/** Sends as many as an hour allows. */
async function useUpTheHour({
  access,
  sentAtMs,
  time,
}: Pick<Awaited<ReturnType<typeof refused>>, 'access' | 'sentAtMs' | 'time'>): Promise<void> {
  while (sentAtMs.length < 5) {
    await codeOf(access.get(id));
    await codeOf(access.refreshNow(id));
    await time.pass(minute);
  }
}

describe('F21 a refresh that the configuration makes the server refuse', () => {
  it.each([0, 0.1, 0.5, 1])('is sent at most five times in any hour, with a luck of %d', async (random) => {
    const { access, sentAtMs, time } = await refused(random);
    for (let elapsed = 0; elapsed < 240; elapsed += 1) {
      expect(await codeOf(access.get(id))).toBe('misconfigured');
      expect(await codeOf(access.refreshNow(id))).toBe('misconfigured');
      await time.pass(minute);
    }
    const inAnHour = sentAtMs.map((from) => sentAtMs.filter((at) => at >= from && at < from + hour).length);
    expect(Math.max(...inAnHour)).toBe(5);
    expect(sentAtMs.length).toBeGreaterThan(12);
  });

  it('is sent as soon as the limit allows, once the configuration is right again', async () => {
    const { access, sentAtMs, server, time } = await refused(0.1);
    await useUpTheHour({ access, sentAtMs, time });
    server.trouble.length = 0;
    await time.pass((sentAtMs[0] ?? 0) + hour - 1 - time.nowMs);
    expect(await codeOf(access.refreshNow(id))).toBe('misconfigured');
    await time.pass(1);
    expect((await access.get(id)).version).toBe(2);
  });

  it('F34 is not held back by attempts from before the clock was set back', async () => {
    const { access, sentAtMs, server, time } = await refused(0.1);
    await useUpTheHour({ access, sentAtMs, time });
    server.trouble.length = 0;
    time.nowMs -= 0.9 * hour;
    expect((await access.get(id)).version).toBe(2);
  });
});
