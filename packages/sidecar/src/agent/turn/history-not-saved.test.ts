import type { SDKMessage } from '@anthropic-ai/claude-agent-sdk';
import { expect, it } from 'vitest';
import { TurnMessages } from './turn-messages.ts';

it.each([
  [['transcript'], [{ event: 'history_not_saved', data: { reason: 'ENOSPC' } }]],
  [['global_config', 'transcript'], [{ event: 'history_not_saved', data: { reason: 'ENOSPC' } }]],
  [['global_config'], []],
])('a turn says that its program lost %j, where that is the history', (lost, events) => {
  const message = { type: 'system', subtype: 'session_writes_lost', lost, error_code: 'ENOSPC' };
  expect(new TurnMessages('/w').read(message as unknown as SDKMessage)).toEqual(events);
});
