import { describe, expect, it } from 'vitest';
import { accountInSentence, credentialRef, type ReportedFact } from '../credentials/index.ts';
import { timelineEntryOf } from './timeline-entry.ts';

const oauth = credentialRef('oauth', false);
const key = credentialRef('api_key', false);

const work = { ...oauth, id: 'oauth:work' };
const nameOf = (id: string) => accountInSentence(id, [{ id: 'oauth:work', label: 'Work' }]);

const table: readonly [ReportedFact, string | null, string | null, string][] = [
  [{ type: 'sign_in_started' }, 'oauth', null, 'A sign-in was started.'],
  [{ type: 'sign_in_completed', state: 'signed_in' }, 'oauth', null, 'You signed in.'],
  [
    { type: 'sign_in_failed', state: 'signed_out', code: 'access_denied', detail: null },
    'oauth',
    'access_denied',
    'The sign-in failed: access was not granted.',
  ],
  [{ type: 'sign_in_cancelled', state: 'signed_out' }, 'oauth', null, 'The sign-in was cancelled.'],
  [{ type: 'signed_out' }, 'oauth', null, 'You signed out.'],
  [
    { type: 'credential_changed', kind: 'api_key', status: 'rejected', reason: 'api_key_rejected' },
    'api_key',
    'api_key_rejected',
    'Your API key was rejected by the service (the API key was refused).',
  ],
  [
    { type: 'credential_changed', kind: 'oauth', status: 'active', reason: null },
    'oauth',
    null,
    'Your sign-in is ready.',
  ],
  [
    { type: 'credential_changed', kind: 'oauth', status: 'accepted', reason: null },
    'oauth',
    null,
    'Your sign-in works: the service accepted it.',
  ],
  [
    { type: 'credential_changed', kind: 'oauth', status: 'renewed', reason: null },
    'oauth',
    null,
    'Your sign-in was renewed.',
  ],
  [
    { type: 'credential_changed', kind: 'oauth', status: 'renewal_failed', reason: 'misconfigured' },
    'oauth',
    'misconfigured',
    'Your sign-in could not be renewed (the sign-in server refuses this installation).',
  ],
  [
    { type: 'settings_changed', keys: ['fallback', 'theme'] },
    null,
    null,
    'Settings were changed: fallback, theme.',
  ],
  [
    { type: 'settings_unreadable', members: ['fallback.onUsageLimit', 'alwaysAllow'] },
    null,
    null,
    'Settings could not be read and count as the strictest until you set them again: fallback.onUsageLimit, alwaysAllow.',
  ],
  [
    { type: 'fallback', from: oauth, to: key, reason: 'plan_limit_reached' },
    'api_key',
    'plan_limit_reached',
    'Switched from your sign-in to your API key (the plan’s usage limit is reached); paid by: Your API key’s organization.',
  ],
  [
    { type: 'fallback', from: oauth, to: key, reason: 'auth_failure' },
    'api_key',
    null,
    'Switched from your sign-in to your API key, because the service refused it; paid by: Your API key’s organization.',
  ],
  [
    { type: 'fallback', from: oauth, to: work, reason: 'plan_limit_reached' },
    'oauth',
    'plan_limit_reached',
    'Switched from your sign-in to your sign-in “Work” (the plan’s usage limit is reached); paid by: Your sign-in’s plan.',
  ],
  [
    {
      type: 'usage_notice',
      credentialId: 'oauth:work',
      ...{ window: 'five_hour', notice: 'at_80', utilization: 0.8, resetsAt: null },
    },
    null,
    null,
    '80 % of the 5-hour window of your sign-in “Work” is used.',
  ],
  [
    { type: 'fallback', from: key, to: oauth, reason: 'preferred' },
    'oauth',
    null,
    'Back to your sign-in; paid by: Your sign-in’s plan.',
  ],
  [
    {
      type: 'usage_limits_changed',
      change: 'status',
      window: 'five_hour',
      resetsAt: '2026-11-23T13:00:00Z',
      status: 'rejected',
    },
    null,
    null,
    'The 5-hour window is used up, until 2026-11-23T13:00:00.000Z.',
  ],
];

describe('the timeline’s sentence', () => {
  it.each(['seen', 'reset'] as const)('is none for a plan window that is %s', (change) => {
    const fact = {
      type: 'usage_limits_changed',
      window: 'five_hour',
      resetsAt: null,
      status: 'allowed',
    } as const;
    expect(timelineEntryOf({ ...fact, change }, nameOf)).toBeNull();
  });

  it.each(table)('for %j', (fact, kind, code, text) => {
    expect(timelineEntryOf(fact, nameOf)).toEqual({ type: fact.type, kind, code, text });
  });
});
