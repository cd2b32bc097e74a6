import type { ErrorCode } from '@postern/contract';
import { expect, it } from 'vitest';
import { preflight } from './preflight.ts';

it.each([
  ['not_signed_in', null, 'InvalidRequestError'],
  ['reauthorization_required', null, 'InvalidRequestError'],
  ['refresh_unavailable', 5, 'TransientError'],
  ['refresh_uncertain', null, 'TransientError'],
  ['plan_limit_reached', 9, 'TransientError'],
  ['no_working_credential', null, 'QueryFailure'],
] as const)('without a credential (%s) no query begins', async (code: ErrorCode, retryAtMs, name) => {
  const choosing = preflight(
    { choose: async () => ({ code, retryAtMs }) },
    { first: null, delegated: () => [] },
  );

  await expect(choosing).rejects.toMatchObject({ name, code });
});
