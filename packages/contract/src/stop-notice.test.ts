import { expect, it } from 'vitest';
import { stopNotice } from './stop-notice.ts';

it.each(['end_turn', 'stop_sequence', 'tool_use'])('an answer that ended with %s is whole', (reason) => {
  expect(stopNotice(reason)).toBeNull();
});

it.each([
  'pause_turn',
  'max_tokens',
  'model_context_window_exceeded',
  'refusal',
  'compaction',
  'unknown',
  'toString',
  'of_tomorrow',
])('an answer that ended with %s never looks whole', (reason) => {
  expect(stopNotice(reason)?.title).toBeTruthy();
  expect(stopNotice(reason)?.nextStep).toMatch(/[.]$/);
});
