import type { AppEvent, CredentialKind } from '@postern/contract';
import { appEventSchemas } from '@postern/contract';
import { describe, expect, it } from 'vitest';
import type { ReportedFact } from '../credentials/index.ts';
import { appEventOf, createAppEvents } from './app-events.ts';

const ref = (kind: CredentialKind) => ({ id: `${kind}:default`, kind, payer: 'somebody' });
const facts: ReportedFact[] = [
  { type: 'sign_in_started' },
  { type: 'sign_in_completed', state: 'signed_in' },
  { type: 'sign_in_failed', state: 'signed_out', code: 'access_denied', detail: null },
  { type: 'sign_in_cancelled', state: 'signed_out' },
  { type: 'signed_out' },
  { type: 'credential_changed', kind: 'oauth', status: 'active', reason: null },
  { type: 'settings_changed', keys: ['theme'] },
  { type: 'settings_unreadable', members: ['fallback.onUsageLimit'] },
  { type: 'fallback', from: ref('oauth'), to: ref('api_key'), reason: 'reauthorization_required' },
  { type: 'usage_limits_changed', change: 'status', window: 'five_hour', resetsAt: null, status: 'rejected' },
  { type: 'conversation_changed', conversationId: 'c', queryId: 'q', running: true, prompt: 'Hi' },
];

describe('events for open screens', () => {
  it.each(facts)('fit the contract for $type', (fact) => {
    const { event, data } = appEventOf(fact, '2026-11-24T00:00:00.000Z');
    expect(appEventSchemas[event].parse(data)).toEqual(data);
  });

  it('reach every listener although the timeline cannot be written', () => {
    const heard: AppEvent[] = [];
    const logged: string[] = [];
    const events = createAppEvents({
      addToTimeline: () => {
        throw new Error('disk full');
      },
      timelineEntryOf: () => ({ type: 'signed_out', kind: 'oauth', code: null, text: 'You signed out.' }),
      clock: () => 0,
      log: (line) => logged.push(line),
    });
    const stop = events.subscribe((event) => heard.push(event));
    events.report({ type: 'signed_out' });
    stop();
    events.report({ type: 'signed_out' });
    expect(heard).toHaveLength(1);
    expect(logged).toHaveLength(2);
  });
});
