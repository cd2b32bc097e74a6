import { describe, expect, it } from 'vitest';
import { connectedStatus, credential, factsWith } from '../../test/support/sample-facts.ts';
import type { Connection } from '../state/connection.ts';
import { type Facts, noFacts } from '../state/facts.ts';
import { canAsk, type Readiness, readinessDuring, readinessOf } from './readiness.ts';
import { readinessWording } from './readiness-wording.ts';

const connected: Connection = { state: 'connected' };
const nowMs = new Date(2026, 10, 24, 12, 0).getTime();
const at1420 = new Date(2026, 10, 24, 14, 20).toISOString();
const onKey = { id: 'api_key:default', kind: 'api_key', payer: 'Your API key’s organization' } as const;
const since = '2026-11-24T12:00:00.000Z';
const nothing = { activeCredential: null };

const ownSignIn = { id: 'oauth:default', kind: 'oauth', payer: 'Your sign-in’s plan' } as const;

const cases: readonly (readonly [Readiness['state'], string, Connection, Facts, boolean, boolean])[] = [
  ['starting', 'Starting', { state: 'starting' }, noFacts, false, true],
  [
    'offline',
    'Offline · Postern is not responding',
    { state: 'reconnecting', sinceMs: 0, eventsOpen: false },
    factsWith({}, []),
    false,
    false,
  ],
  [
    'not_connected',
    'This window is not connected',
    { state: 'unauthorized' },
    factsWith({}, []),
    false,
    false,
  ],
  ['refreshing', 'Renewing the sign-in', connected, factsWith({}, []), true, true],
  [
    'waiting_for_sign_in',
    'Sign-in open in your browser',
    connected,
    factsWith(
      {
        ...nothing,
        state: 'pending',
        pendingSignIn: { signInId: 's', authorizationUrl: 'https://id.example/', expiresAt: since },
      },
      [],
    ),
    false,
    true,
  ],
  ['ready', 'Ready · paid by your sign-in’s plan', connected, factsWith({}, []), false, true],
  [
    'limit',
    'Limit until 14:20',
    connected,
    factsWith({ activeCredential: { ...ownSignIn, since, reason: 'plan_limit_reached' } }, [
      credential('oauth', { status: 'cooling_down', cooldownUntil: at1420 }),
      credential('api_key'),
    ]),
    false,
    true,
  ],
  [
    'needs_you',
    'Action needed · Your sign-in has ended and cannot be renewed',
    connected,
    factsWith({ activeCredential: { ...ownSignIn, since, reason: 'reauthorization_required' } }, [
      credential('oauth', { status: 'reauthorization_required' }),
      credential('api_key'),
    ]),
    false,
    true,
  ],
  [
    'needs_you',
    'Action needed · The API key was refused',
    connected,
    factsWith({ activeCredential: { ...onKey, since, reason: 'api_key_rejected' } }, [
      credential('api_key', { status: 'rejected' }),
      credential('oauth'),
    ]),
    false,
    true,
  ],
  [
    'on_backup',
    'On backup until 14:20 · paid by your API key’s organization',
    connected,
    factsWith({ activeCredential: { ...onKey, since, reason: 'plan_limit_reached' } }, [
      credential('oauth', { status: 'cooling_down', cooldownUntil: at1420 }),
      credential('claude_code', { status: 'absent' }),
      credential('api_key'),
    ]),
    false,
    true,
  ],
  [
    'limit',
    'Limit until 14:20',
    connected,
    factsWith(nothing, [credential('oauth', { status: 'cooling_down', cooldownUntil: at1420 })]),
    false,
    true,
  ],
  [
    'needs_you',
    'Action needed · Your sign-in has ended and cannot be renewed',
    connected,
    factsWith(nothing, [
      credential('oauth', { status: 'reauthorization_required', reason: 'reauthorization_required' }),
    ]),
    false,
    true,
  ],
  [
    'nothing_set_up',
    'Not set up yet',
    connected,
    factsWith(nothing, [credential('oauth', { status: 'absent' })]),
    false,
    true,
  ],
];

describe('readiness', () => {
  for (const [state, text, connection, facts, refreshing, askable] of cases)
    it(`is ${state}, said as "${text}"`, () => {
      const readiness = readinessOf(connection, facts, refreshing);
      expect(readiness.state).toBe(state);
      expect(readinessWording(readiness, nowMs).text).toBe(text);
      expect(canAsk(readiness)).toBe(askable);
    });

  it('is ready on a key alone: with nothing before it, the key is no backup', () => {
    const facts = factsWith({ activeCredential: { ...onKey, since, reason: 'preferred' } }, [
      credential('oauth', { status: 'absent' }),
      credential('api_key'),
    ]);
    expect(readinessOf(connected, facts, false)).toEqual({ state: 'ready', payer: onKey.payer });
  });

  it('does not say that a sign-in is waited for while something else can pay', () => {
    const facts = factsWith({ pendingSignIn: connectedStatus.pendingSignIn }, [credential('oauth')]);
    expect(readinessOf(connected, facts, false).state).toBe('ready');
  });
});

describe('while a query runs', () => {
  const oauth = credential('oauth');
  const limited = credential('oauth', { status: 'cooling_down', cooldownUntil: at1420 });
  const key = credential('api_key');
  const active = (
    { id, kind, payer }: typeof onKey | typeof ownSignIn,
    reason: string,
    ...credentials: Parameters<typeof factsWith>[1]
  ) => factsWith({ activeCredential: { id, kind, payer, since, reason } }, credentials);
  const says = (
    paying: Parameters<typeof readinessDuring>[0],
    facts: Facts,
    connection: Connection = connected,
  ) => {
    const during = readinessDuring(paying, readinessOf(connection, facts, false), facts, '');
    return readinessWording(during, nowMs, 'running').text;
  };

  it.each<[string, string, typeof onKey | null, Facts, Connection?]>([
    [
      'the payer of the editor that asked',
      'Answering · paid by your API key’s organization',
      onKey,
      active(ownSignIn, 'preferred', oauth, key),
    ],
    [
      'who was allowed once, where the limit holds for the next one',
      'Answering · paid by your API key’s organization',
      onKey,
      active(ownSignIn, 'plan_limit_reached', limited, key),
    ],
    [
      'since when it is on backup, where that is so for both',
      'Answering · on backup until 14:20 · paid by your API key’s organization',
      onKey,
      active(onKey, 'plan_limit_reached', limited, key),
    ],
    [
      'who would pay, before it has said what it begins with',
      'Answering · paid by your sign-in’s plan',
      null,
      active(ownSignIn, 'preferred', oauth, key),
    ],
    [
      'that Postern does not respond',
      'Offline · Postern is not responding',
      onKey,
      active(ownSignIn, 'preferred', oauth, key),
      { state: 'reconnecting', sinceMs: 0, eventsOpen: false },
    ],
  ])('says %s', (_name, text, paying, facts, connection = connected) => {
    expect(says(paying, facts, connection)).toBe(text);
  });

  it('says until when its own account is held back, whatever would pay for the next one', () => {
    const facts = active(onKey, 'plan_limit_reached', limited, key);
    expect(says(ownSignIn, facts)).toBe('Answering · limit until 14:20');
  });
});
