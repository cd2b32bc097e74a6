import { expect, it } from 'vitest';
import { ask, openAgentHouse } from '../../test/support/agent/agent-harness.ts';
import { startUpstream } from '../../test/support/gateway/fake-upstream.ts';
import { plainAnswer } from '../../test/support/gateway/shape-upstream.ts';

/** A plan that is used up from its first call on, until its reset. */
async function openUsedUp(resetsInMs: number, limits: { silenceNoticeMs: number; maxSilenceMs: number }) {
  let resetMs: number | null = null;
  const upstream = await startUpstream((_, response) => {
    resetMs ??= Math.ceil((Date.now() + resetsInMs) / 1000) * 1000;
    if (Date.now() >= resetMs) {
      const { headers, body } = plainAnswer('Here it is.').shape;
      return void response.writeHead(200, headers).end(body);
    }
    response.writeHead(429, {
      'anthropic-ratelimit-unified-status': 'rejected',
      'anthropic-ratelimit-unified-representative-claim': 'five_hour',
      'anthropic-ratelimit-unified-5h-utilization': '1',
      'anthropic-ratelimit-unified-5h-reset': String(resetMs / 1000),
    });
    response.end('{"type":"error","error":{"type":"rate_limit_error","message":"limit"}}');
  });
  const house = await openAgentHouse({ limits }, { apiBaseUrl: upstream.url });
  await house.tokens.signIn('token-1');
  house.settings.update({ fallback: { onUsageLimit: 'wait' } });
  return house;
}

it('a turn that is held until a plan resets is not ended for the silence of its wait', async () => {
  const { agent, workspace } = await openUsedUp(6_000, { silenceNoticeMs: 1_500, maxSilenceMs: 3_000 });
  const heard = await ask(agent, { prompt: 'Hello', workspace });
  expect(heard.all('waiting')).toHaveLength(1);
  expect(heard.all('resumed')).toHaveLength(1);
  expect(heard.all('silence')).toEqual([]);
  expect(heard.events.at(-1)?.event).toBe('result');
  expect(heard.text).toBe('Here it is.');
});
