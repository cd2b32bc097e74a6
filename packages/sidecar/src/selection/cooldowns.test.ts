import { beforeEach, describe, expect, it } from 'vitest';
import { cooldownEndMs, createCooldowns } from './cooldowns.ts';

const startMs = Date.parse('2026-11-24T12:00:00Z');
const hourMs = 3_600_000;
const plan = { id: 'oauth:default', fingerprint: 'v3' };
const key = { id: 'api_key:default', fingerprint: 'k1' };
const limit = (untilMs: number) => ({ untilMs, reason: 'usage_limit', code: 'plan_limit_reached' }) as const;

let nowMs: number;
let documents: Map<string, unknown>;
let reads: string[];
let fails: boolean;
let logs: string[];
beforeEach(() => {
  nowMs = startMs;
  documents = new Map();
  [reads, fails, logs] = [[], false, []];
});

function open() {
  return createCooldowns({
    documents: {
      read(name) {
        reads.push(name);
        return documents.get(name) ?? null;
      },
      update(name, change) {
        if (fails) throw new Error('disk full');
        documents.set(name, JSON.parse(JSON.stringify(change(documents.get(name) ?? null))));
        return documents.get(name);
      },
    },
    clock: () => nowMs,
    log: (line) => logs.push(line),
  });
}

describe('the cooldown of a credential', () => {
  it('runs to its end, also after a restart, for every model', () => {
    open().start(plan, null, limit(startMs + hourMs));
    for (const model of [null, 'opus'])
      expect(open().running().of(plan, model)).toEqual(limit(startMs + hourMs));
    expect(open().running().of(key, null)).toBeNull();
    nowMs += hourMs;
    expect(open().running().of(plan, null)).toBeNull();
  });

  it('is void with another token, key or login', () => {
    const cooldowns = open();
    cooldowns.start(plan, null, { untilMs: startMs + hourMs, reason: 'auth_failure', code: null });
    expect(cooldowns.running().of({ ...plan, fingerprint: 'v4' }, null)).toBeNull();
    expect(cooldowns.running().has(plan.id)).toBe(true);
    expect(cooldowns.running().has(key.id)).toBe(false);
  });

  it('of a plan is not lifted by another token, until a new sign-in', () => {
    const cooldowns = open();
    cooldowns.start(plan, null, { ...limit(startMs + hourMs), window: 'five_hour' });
    cooldowns.start(plan, 'opus', { ...limit(startMs + 9 * hourMs), window: 'seven_day_opus' });
    expect(cooldowns.running().of({ ...plan, fingerprint: 'v4' }, null)).toEqual(limit(startMs + hourMs));
    expect(cooldowns.running().windowOf(plan.id, startMs + hourMs)).toBe('five_hour');
    expect(cooldowns.running().windowOf(plan.id, startMs + 1)).toBeNull();
    cooldowns.forget(plan.id);
    expect(cooldowns.running().of({ ...plan, fingerprint: 'v5' }, null)).toBeNull();
  });

  it('is replaced by a newer one, and ends when the credential is accepted', () => {
    const cooldowns = open();
    cooldowns.start(plan, null, limit(startMs + hourMs));
    cooldowns.start(plan, null, { untilMs: startMs + 1, reason: 'auth_failure', code: null });
    expect(cooldowns.running().of(plan, null)?.untilMs).toBe(startMs + 1);
    cooldowns.end(plan.id, null);
    expect(cooldowns.running().of(plan, null)).toBeNull();
  });

  it('leaves a document that cannot be read behind', () => {
    documents.set('cooldowns', { damaged: true });
    const cooldowns = open();
    expect(cooldowns.running().of(plan, null)).toBeNull();
    cooldowns.start(plan, null, limit(startMs + hourMs));
    expect(cooldowns.running().of(plan, null)).not.toBeNull();
  });
});

describe('the cooldown of a model under a credential', () => {
  it('holds up that model and no other, nor the credential', () => {
    const cooldowns = open();
    cooldowns.start(plan, 'opus', limit(startMs + hourMs));
    expect(cooldowns.running().of(plan, 'opus')).toEqual(limit(startMs + hourMs));
    expect(cooldowns.running().of(plan, 'sonnet')).toBeNull();
    expect(cooldowns.running().of(plan, null)).toBeNull();
    expect(cooldowns.running().of(key, 'opus')).toBeNull();
  });

  it.each([
    ['the model’s', 2, 1],
    ['the credential’s', 1, 2],
  ])('runs beside the credential’s: the one that ends last counts, here %s', (_name, ofModel, ofAll) => {
    const cooldowns = open();
    cooldowns.start(plan, 'opus', limit(startMs + ofModel * hourMs));
    cooldowns.start(plan, null, limit(startMs + ofAll * hourMs));
    expect(cooldowns.running().of(plan, 'opus')?.untilMs).toBe(startMs + 2 * hourMs);
    expect(cooldowns.running().of(plan, 'sonnet')?.untilMs).toBe(startMs + ofAll * hourMs);
  });

  it('goes on when another model is accepted, and ends with its own or with all', () => {
    const cooldowns = open();
    const start = () => {
      cooldowns.start(plan, 'opus', limit(startMs + hourMs));
      cooldowns.start(plan, null, limit(startMs + hourMs));
    };
    start();
    cooldowns.end(plan.id, 'sonnet');
    expect([cooldowns.running().of(plan, null), cooldowns.running().of(plan, 'opus')]).toEqual([
      null,
      limit(startMs + hourMs),
    ]);
    cooldowns.end(plan.id, 'opus');
    expect(cooldowns.running().has(plan.id)).toBe(false);
    start();
    fails = true;
    cooldowns.forget(plan.id);
    expect(logs).toHaveLength(1);
    fails = false;
    cooldowns.forget(plan.id);
    expect(cooldowns.running().has(plan.id)).toBe(false);
  });
});

describe('cooldowns that an earlier version left', () => {
  const held = { untilMs: startMs + hourMs, reason: 'usage_limit', code: 'plan_limit_reached', proof: 'v3' };
  const login = { untilMs: startMs + 2 * hourMs, reason: 'auth_failure', proof: 'ada 2030' };
  const subject = { id: 'claude_code:default', fingerprint: 'ada 2030' };
  beforeEach(() => {
    documents.set('credential_cooldowns', { [plan.id]: held });
    documents.set('delegated_cooldowns', { [subject.id]: login });
  });

  it('run on, from both documents, which are read once', () => {
    const cooldowns = open();
    expect(cooldowns.running().of(plan, null)).toEqual(limit(startMs + hourMs));
    expect(cooldowns.running().of(subject, null)).toEqual({
      untilMs: startMs + 2 * hourMs,
      reason: 'auth_failure',
      code: 'reauthorization_required',
    });
    cooldowns.end(plan.id, null);
    reads = [];
    expect(open().running().of(plan, null)).toBeNull();
    expect(open().running().of(subject, null)).not.toBeNull();
    expect(new Set(reads)).toEqual(new Set(['cooldowns']));
  });

  it('run on where they cannot be written, and are not lost with the first that can', () => {
    fails = true;
    const cooldowns = open();
    expect(cooldowns.running().of(plan, null)).not.toBeNull();
    expect(logs).toHaveLength(1);
    fails = false;
    cooldowns.start(key, null, limit(startMs + hourMs));
    expect(cooldowns.running().of(plan, null)).not.toBeNull();
    expect(cooldowns.running().of(subject, null)).not.toBeNull();
  });

  it('do not come back over those of this version', () => {
    documents.set('cooldowns', []);
    expect(open().running().of(plan, null)).toBeNull();
  });
});

it.each([
  ['at its reset', startMs + hourMs, startMs + hourMs],
  ['five minutes from now where no reset is named', null, startMs + 300_000],
  ['five minutes from now where the reset is past', startMs - hourMs, startMs + 300_000],
  ['eight days from now at the latest', startMs + 900 * hourMs, startMs + 192 * hourMs],
])('a cooldown ends %s', (_name, resetsAtMs, untilMs) => {
  expect(cooldownEndMs(resetsAtMs, startMs)).toBe(untilMs);
});
