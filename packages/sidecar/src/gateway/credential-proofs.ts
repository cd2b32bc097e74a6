import type { CredentialRef } from '@postern/contract';
import type { AccessTokens } from '../access-token/index.ts';
import { InvalidRequestError } from '../errors/index.ts';
import type { Secret } from '../secret/index.ts';
import type { Store } from '../store/index.ts';
import { type Proof, versionProof } from './credential-board.ts';
import type { CredentialHeader } from './forwarded-headers.ts';

/** What proves a credential to the service on one request. */
export type CredentialProof =
  | {
      readonly kind: 'oauth';
      readonly id: string;
      readonly version: number;
      readonly proof: Proof;
      readonly header: () => CredentialHeader;
    }
  | {
      readonly kind: 'api_key';
      readonly id: string;
      readonly key: Secret;
      readonly proof: Proof;
      readonly header: () => CredentialHeader;
    };

/** Gets the proof of a credential; for a sign-in, with the version that was refused, a newer one. */
export type ReadProof = (ref: CredentialRef, rejectedVersion: number | null) => Promise<CredentialProof>;

/** @throws as AccessTokens.get and ApiKeyRecords.read; InvalidRequestError `not_signed_in` where there is nothing to put on */
export function createReadProof(deps: {
  readonly accessTokens: Pick<AccessTokens, 'get'>;
  readonly store: Pick<Store, 'apiKeys'>;
}): ReadProof {
  return async ({ id, kind }, rejectedVersion) => {
    if (kind === 'oauth') {
      const token = await deps.accessTokens.get(id, rejectedVersion === null ? {} : { rejectedVersion });
      return {
        kind,
        id,
        version: token.version,
        proof: versionProof(token.version),
        header: () => ({ authorization: `Bearer ${token.accessToken.reveal()}` }),
      };
    }
    const key = kind === 'api_key' ? await deps.store.apiKeys.read(id) : null;
    if (kind !== 'api_key' || key === null) throw new InvalidRequestError('not_signed_in');
    return { kind, id, key, proof: key.fingerprint(), header: () => ({ 'x-api-key': key.reveal() }) };
  };
}
