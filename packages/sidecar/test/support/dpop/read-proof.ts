import { createHash, createPublicKey, type JsonWebKey, verify } from 'node:crypto';

/** A DPoP proof whose signature was checked. */
interface ReadProof {
  readonly header: { readonly typ: string; readonly alg: string; readonly jwk: JsonWebKey };
  readonly claims: {
    readonly htm: string;
    readonly htu: string;
    readonly iat: number;
    readonly jti: string;
    readonly ath?: string;
    readonly nonce?: string;
  };
  /** Of the key it was made with. Source: RFC 7638, section 3. */
  readonly thumbprint: string;
}

/** Reads a proof the way a server does. @throws Error where it is not signed by the key it names */
export function readProof(proof: string | string[] | undefined): ReadProof {
  const [head = '', body = '', signature = ''] = String(proof).split('.');
  const header = jsonIn(head) as ReadProof['header'];
  const key = createPublicKey({ key: header.jwk, format: 'jwk' });
  const signed = Buffer.from(`${head}.${body}`);
  const isSigned = verify(
    'sha256',
    signed,
    { key, dsaEncoding: 'ieee-p1363' },
    Buffer.from(signature, 'base64url'),
  );
  if (!isSigned) throw new Error('the proof is not signed by the key it names');
  const { crv, kty, x, y } = header.jwk;
  const thumbprint = sha256(JSON.stringify({ crv, kty, x, y }));
  return { header, claims: jsonIn(body) as ReadProof['claims'], thumbprint };
}

/** What `ath` must be for an access token. Source: RFC 9449, section 4.2. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

function jsonIn(part: string): unknown {
  return JSON.parse(Buffer.from(part, 'base64url').toString());
}
