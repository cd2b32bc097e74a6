import type { ErrorCode } from '@postern/contract';
import type { Clock } from '../credentials/index.ts';
import { Failure, loggableError } from '../errors/index.ts';
import { cooldownEndMs, type ResolvedCredential, type Selection } from '../selection/index.ts';
import { classifyRefusal, type RefusalMeaning } from './classify-refusal.ts';
import { boundTokenOf, upstreamHeaders } from './forwarded-headers.ts';
import { readPrefix } from './read-body.ts';
import { isServiceRefusal, recognizeAnswer } from './service-answer.ts';
import type { SendUpstream } from './upstream.ts';
import { withForcedRefresh } from './with-forced-refresh.ts';

/** Accepted, refused under a code, or nothing learnt. */
export interface TrialOutcome {
  readonly outcome: 'accepted' | 'refused' | 'unknown';
  readonly code: ErrorCode | null;
}

/** What a trial takes. */
export interface TryCredentialDeps {
  readonly selection: Pick<Selection, 'resolve' | 'status' | 'refOf'>;
  readonly send: SendUpstream;
  readonly clock: Clock;
  readonly log: (line: string) => void;
}

const timeoutMs = 10_000;
const bodyLimit = 64 * 1024;
const nothingLearnt: TrialOutcome = { outcome: 'unknown', code: null };

const codes: { readonly [Meaning in RefusalMeaning]?: ErrorCode } = {
  expired_or_rejected_token: 'no_working_credential',
  scope: 'insufficient_scope',
  not_allowed_for_organization: 'organization_not_allowed',
  bad_key: 'api_key_rejected',
  policy: 'credential_policy',
};

/**
 * One request that costs nothing (`GET /v1/models?limit=1`) with a credential: a list of models is accepted; 401 and 403 mean what they
 * mean for a model call, one forced refresh and replay included; anything else is left to the first query.
 */
export async function tryCredential(deps: TryCredentialDeps, credentialId: string): Promise<TrialOutcome> {
  const { resolve, status, refOf } = deps.selection;
  const ref = refOf(credentialId);
  try {
    const trial = await withForcedRefresh({ rejected: null }, async (rejected) => {
      const resolved = await resolve(ref, rejected?.version ?? null);
      const refusalsBefore = status.refusals(credentialId);
      const meaning = await ask(deps, resolved);
      if (meaning === null) return null;
      const isTokenRejected = meaning === 'expired_or_rejected_token';
      return { resolved, refusalsBefore, meaning, isTokenRejected, discard: () => undefined };
    });
    if (trial === null) return nothingLearnt;
    const { meaning, resolved, refusalsBefore } = trial;
    if (meaning === 'foreign') return { outcome: 'unknown', code: 'not_the_service' };
    if (meaning === 'accepted') {
      await status.noteAccepted(credentialId, resolved.fingerprint, refusalsBefore, 'it_is_good');
      return { outcome: 'accepted', code: null };
    }
    if (trial.isTokenRejected && resolved.kind === 'oauth')
      await status.noteRejectedAgain(credentialId, resolved.version);
    // As after a model call: the next query need not find out for itself.
    const code = codes[meaning];
    if (code === 'insufficient_scope' || code === 'organization_not_allowed')
      status.startCooldown({ id: credentialId, fingerprint: resolved.fingerprint }, null, {
        ...{ untilMs: cooldownEndMs(null, deps.clock()), reason: 'auth_failure', code },
      });
    if (meaning === 'bad_key' && resolved.kind === 'api_key')
      status.noteRejectedKey(credentialId, resolved.key);
    return code === undefined ? nothingLearnt : { outcome: 'refused', code };
  } catch (error) {
    if (error instanceof Failure) return { outcome: 'unknown', code: error.code };
    deps.log(`trial failed: ${loggableError(error)}`);
    return nothingLearnt;
  }
}

/** Null where no answer came, `foreign` where it came from something else. */
async function ask(
  deps: TryCredentialDeps,
  resolved: ResolvedCredential,
): Promise<'accepted' | 'foreign' | RefusalMeaning | null> {
  try {
    const { status, headers, body } = await deps.send({
      method: 'GET',
      target: '/v1/models?limit=1',
      headers: upstreamHeaders({ 'anthropic-version': '2023-06-01', 'user-agent': 'postern' }, resolved),
      boundToken: boundTokenOf(resolved),
      body: null,
      signal: AbortSignal.timeout(timeoutMs),
    });
    const { bytes, isWhole } = await readPrefix(body, bodyLimit);
    if (!isWhole) body.destroy();
    if (status >= 200 && status < 300)
      return recognizeAnswer({ shape: 'model_list', headers, bytes, isWhole }) === 'service'
        ? 'accepted'
        : 'foreign';
    if (!isServiceRefusal(status, headers, bytes.toString())) return 'foreign';
    if (status !== 401 && status !== 403) return 'unknown';
    const facts = { kind: resolved.kind, status, headers, body: bytes.toString(), nowMs: deps.clock() };
    return classifyRefusal(facts).meaning;
  } catch (error) {
    deps.log(`trial got no answer: ${loggableError(error)}`);
    return null;
  }
}
