import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { readProof, sha256 } from '../../../packages/sidecar/test/support/dpop/read-proof.ts';

/** What a service says of the credential on a request: null where it is good, else the challenge of its 401. */
type TokenCheck = (request: IncomingMessage) => Readonly<Record<string, string>> | null;

/** Requests after which a nonce is no longer taken. */
const nonceLasts = 5;
/** Source: RFC 9449, section 11.1: "seconds or minutes". */
const proofLastsSeconds = 60;

/** Takes bearer tokens and tokens that are bound to a key, each only as what it is. Source: RFC 9449, sections 4.3 and 7. */
export function tokenCheck(issued: ReadonlyMap<string, string | null>): TokenCheck {
  const proofsSeen = new Set<string>();
  let nonce = randomUUID();
  let uses = 0;

  function refusalOf(
    request: IncomingMessage,
    url: string,
    token: string,
    thumbprint: string,
  ): string | null {
    const { claims, header, thumbprint: ofProof } = readProof(request.headers['dpop']);
    const isFresh =
      Math.abs(claims.iat - Date.now() / 1000) < proofLastsSeconds && !proofsSeen.has(claims.jti);
    const isForThis = claims.htm === request.method && claims.htu === url && claims.ath === sha256(token);
    proofsSeen.add(claims.jti);
    if (header.typ !== 'dpop+jwt' || ofProof !== thumbprint || !isFresh || !isForThis)
      return 'invalid_dpop_proof';
    return claims.nonce === nonce ? null : 'use_dpop_nonce';
  }

  return (request) => {
    const [, scheme = '', token = ''] =
      /^(Bearer|DPoP) (.+)$/.exec(request.headers.authorization ?? '') ?? [];
    const thumbprint = issued.get(token);
    const isBound = scheme === 'DPoP';
    if (thumbprint === undefined || isBound !== (thumbprint !== null))
      return { 'www-authenticate': `${scheme || 'Bearer'} error="invalid_token"` };
    if (thumbprint === null) return null;
    const url = `http://${request.headers.host}${request.url?.split('?')[0]}`;
    const refusal = refusalOf(request, url, token, thumbprint);
    if (refusal !== null)
      return { 'www-authenticate': `DPoP error="${refusal}", algs="ES256"`, 'dpop-nonce': nonce };
    uses += 1;
    if (uses % nonceLasts === 0) nonce = randomUUID();
    return null;
  };
}
