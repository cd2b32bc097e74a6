import { credentialKinds, type ErrorCode } from '@postern/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nowMs, ref } from '../../test/support/credentials/samples.ts';
import { type Candidate, type Circumstances, nextCredential } from './next-credential.ts';

describe('the next credential, whatever the circumstances', () => {
  const kinds = fc.constantFrom(...credentialKinds);
  const reasons = fc.constantFrom<ErrorCode | null>(
    null,
    'not_signed_in',
    'reauthorization_required',
    'refresh_unavailable',
    'misconfigured',
  );
  const candidates = fc.uniqueArray(
    fc.record({
      ref: kinds.map(ref),
      usable: fc.boolean(),
      reason: reasons,
      cooldownUntilMs: fc.option(fc.integer({ min: 0, max: 2 * nowMs })),
      cooldownReason: fc.constantFrom('auth_failure' as const, 'usage_limit' as const),
    }),
    { selector: (each) => each.ref.id },
  );
  const ids = fc.uniqueArray(kinds.map((kind) => ref(kind).id));
  const policy = fc.constantFrom('allow' as const, 'ask' as const, 'never' as const);
  const anything: fc.Arbitrary<Circumstances> = fc.record({
    order: fc.shuffledSubarray([...credentialKinds], { minLength: 4 }),
    candidates,
    fallback: fc.record({ onAuthFailure: policy, onUsageLimit: policy, capUsdPerDay: fc.option(fc.nat(20)) }),
    settled: fc.record({
      refused: fc
        .array(
          fc.tuple(
            kinds.map((kind) => ref(kind).id),
            fc.constantFrom<ErrorCode | 'auth_failure'>(
              'auth_failure',
              'plan_limit_reached',
              'api_key_rejected',
              'billing_problem',
            ),
          ),
        )
        .map((entries) => new Map(entries)),
      consents: ids.map((each) => new Set(each)),
      declined: ids.map((each) => new Set(each)),
    }),
    nowMs: fc.constant(nowMs),
  });

  function isOut(one: Candidate, { settled }: Circumstances): boolean {
    const coolingDown = one.cooldownUntilMs !== null && one.cooldownUntilMs > nowMs;
    return !one.usable || coolingDown || settled.refused.has(one.ref.id);
  }
  function present(given: Circumstances): readonly Candidate[] {
    return given.order
      .flatMap((kind) => given.candidates.filter((one) => one.ref.kind === kind))
      .filter((one) => one.usable || one.reason !== 'not_signed_in');
  }

  it('never uses or offers one that is refused, cooling down, unusable or absent', () => {
    fc.assert(
      fc.property(anything, (given) => {
        const choice = nextCredential(given);
        if (choice.do === 'stop' || choice.do === 'wait') return;
        const chosen = choice.do === 'use' ? choice.credential : choice.to;
        const found = given.candidates.find((one) => one.ref.id === chosen.id);
        expect(found !== undefined && !isOut(found, given)).toBe(true);
      }),
    );
  });

  it('always uses the preferred one where it works, and only then calls it preferred', () => {
    fc.assert(
      fc.property(anything, (given) => {
        const [preferred] = present(given);
        const choice = nextCredential(given);
        const works = preferred !== undefined && !isOut(preferred, given);
        expect(choice.do === 'use' && choice.reason === 'preferred').toBe(works);
        if (works && choice.do === 'use') expect(choice.credential).toEqual(preferred.ref);
      }),
    );
  });

  it('never pays with a later one under "never", nor with one a person said no to', () => {
    fc.assert(
      fc.property(anything, (given) => {
        const choice = nextCredential({
          ...given,
          fallback: { ...given.fallback, onAuthFailure: 'never', onUsageLimit: 'never' },
        });
        expect(choice.do === 'stop' || (choice.do === 'use' && choice.reason === 'preferred')).toBe(true);
        const other = nextCredential(given);
        if (other.do === 'use' && other.reason !== 'preferred')
          expect(given.settled.declined.has(other.credential.id)).toBe(false);
      }),
    );
  });

  it('gives the same choice for the same circumstances', () => {
    fc.assert(
      fc.property(anything, (given) => {
        expect(nextCredential(given)).toEqual(nextCredential(structuredClone(given)));
      }),
    );
  });
});
