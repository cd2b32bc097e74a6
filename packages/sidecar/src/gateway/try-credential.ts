import type { ErrorCode } from '@postern/contract';
import type { AccessTokens } from '../access-token/index.ts';
import { type Clock, credentialRef } from '../credentials/index.ts';
import { Failure, loggableError } from '../errors/index.ts';
import type { Store } from '../store/index.ts';
import { classifyRefusal, type RefusalMeaning } from './classify-refusal.ts';
import type { CredentialBoard } from './credential-board.ts';
import type { CredentialProof, ReadProof } from './credential-proofs.ts';
import { upstreamHeaders } from './forwarded-headers.ts';
import { readPrefix } from './read-body.ts';
import { isServiceRefusal, recognizeAnswer } from './service-answer.ts';
import type { SendUpstream } from './upstream.ts';

/** Accepted, refused under a code, or nothing learnt. */
export interface TrialOutcome {
  readonly outcome: 'accepted' | 'refused' | 'unknown';
  readonly code: ErrorCode | null;
}

/** What a trial takes. */
export interface TryCredentialDeps {
  readonly readProof: ReadProof;
  readonly send: SendUpstream;
  readonly board: CredentialBoard;
  readonly accessTokens: Pick<AccessTokens, 'noteRejectedAgain'>;
  readonly store: Pick<Store, 'apiKeys'>;
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
  const kind = deps.store.apiKeys.ids().includes(credentialId) ? 'api_key' : 'oauth';
  const ref = { ...credentialRef(kind, false), id: credentialId };
  let rejectedVersion: number | null = null;
  try {
    for (;;) {
      const proof: CredentialProof = await deps.readProof(ref, rejectedVersion);
      const meaning = await ask(deps, proof);
      if (meaning === null) return nothingLearnt;
      if (meaning === 'foreign') return { outcome: 'unknown', code: 'not_the_service' };
      if (meaning === 'accepted') {
        await deps.board.noteAccepted(credentialId, proof.proof);
        return { outcome: 'accepted', code: null };
      }
      if (meaning === 'expired_or_rejected_token' && proof.kind === 'oauth' && rejectedVersion === null) {
        rejectedVersion = proof.version;
        continue;
      }
      if (meaning === 'expired_or_rejected_token' && proof.kind === 'oauth')
        await deps.accessTokens.noteRejectedAgain(credentialId, proof.version);
      if (proof.kind === 'api_key' && meaning === 'bad_key')
        deps.board.noteRefusedKey(credentialId, proof.key);
      const code = codes[meaning];
      return code === undefined ? nothingLearnt : { outcome: 'refused', code };
    }
  } catch (error) {
    if (error instanceof Failure) return { outcome: 'unknown', code: error.code };
    deps.log(`trial failed: ${loggableError(error)}`);
    return nothingLearnt;
  }
}

/** Null where no answer came, `foreign` where it came from something else. */
async function ask(
  deps: TryCredentialDeps,
  proof: CredentialProof,
): Promise<'accepted' | 'foreign' | RefusalMeaning | null> {
  try {
    const { status, headers, body } = await deps.send({
      method: 'GET',
      target: '/v1/models?limit=1',
      headers: upstreamHeaders(
        { 'anthropic-version': '2023-06-01', 'user-agent': 'postern' },
        proof.header(),
      ),
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
    const facts = { kind: proof.kind, status, headers, body: bytes.toString(), nowMs: deps.clock() };
    return classifyRefusal(facts).meaning;
  } catch (error) {
    deps.log(`trial got no answer: ${loggableError(error)}`);
    return null;
  }
}
