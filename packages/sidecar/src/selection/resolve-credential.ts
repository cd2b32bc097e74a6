import type { CredentialRef } from '@postern/contract';
import type { AccessTokens } from '../access-token/index.ts';
import { InvalidRequestError } from '../errors/index.ts';
import type { Secret } from '../secret/index.ts';
import type { Store } from '../store/index.ts';
import { type Fingerprint, versionFingerprint } from './fingerprint.ts';

/** What is sent to the service for a credential, and which token or key it is. */
export type ResolvedCredential =
  | {
      readonly kind: 'oauth';
      readonly id: string;
      readonly version: number;
      readonly fingerprint: Fingerprint;
      readonly accessToken: Secret;
      /** The key that the token is bound to; absent: a bearer token. */
      readonly proofKey?: Secret | undefined;
    }
  | {
      readonly kind: 'api_key';
      readonly id: string;
      readonly fingerprint: Fingerprint;
      readonly key: Secret;
    };

/** An access token that the service rejected. */
export interface RejectedToken {
  /** Of its credential. */
  readonly id: string;
  readonly version: number;
}

/** Gets what is sent for a credential; for a sign-in, with the version that was rejected, a newer token. */
export type ResolveCredential = (
  ref: CredentialRef,
  rejectedVersion: number | null,
) => Promise<ResolvedCredential>;

/** @throws as AccessTokens.get and ApiKeyRecords.read; InvalidRequestError `not_signed_in` where there is nothing to send */
export function createResolveCredential(deps: {
  readonly accessTokens: Pick<AccessTokens, 'get'>;
  readonly store: Pick<Store, 'apiKeys'>;
}): ResolveCredential {
  return async ({ id, kind }, rejectedVersion) => {
    if (kind === 'oauth') {
      const token = await deps.accessTokens.get(id, rejectedVersion === null ? {} : { rejectedVersion });
      const { version, accessToken, proofKey } = token;
      return { kind, id, version, fingerprint: versionFingerprint(version), accessToken, proofKey };
    }
    const key = kind === 'api_key' ? await deps.store.apiKeys.read(id) : null;
    if (kind !== 'api_key' || key === null) throw new InvalidRequestError('not_signed_in');
    return { kind, id, key, fingerprint: key.fingerprint() };
  };
}
