import { afterEach, beforeEach, expect, it } from 'vitest';
import { frame, stream } from '../../client/test/scripted-sidecar.ts';
import { type CommandWorld, createCommandWorld } from '../test/command-world.ts';

let world: CommandWorld;
beforeEach(async () => {
  world = await createCommandWorld();
  world.recordSidecar();
});
afterEach(() => world.close());

it('says what a turn that failed has cost, and what it may have', async () => {
  const usage = { inputTokens: 1, outputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0 };
  const receipt = {
    ...{
      id: 'r1',
      at: '2026-12-01T10:00:00.000Z',
      queryId: 'q',
      conversationId: 'c',
      model: null,
      parts: [],
    },
    ...{ outcome: 'failed', usage, costUsd: 0.25, notReportedUsd: 0.101, durationMs: 1_500 },
  };
  const error = { code: 'stream_interrupted', title: 'It broke off', detail: 'Ask again.', retryable: true };
  world.sidecar.on('POST /query', stream([frame(1, 'error', { ...error, receipt })]));
  const { stderr, stdout } = await world.run(['ask', 'hi']);
  expect(stderr).toContain('It broke off');
  expect(stderr).toMatch(/\n\$0\.25, up to \$0\.11 more, not reported · 1\.5 s\n$/);
  expect(stdout).toBe('');
});
