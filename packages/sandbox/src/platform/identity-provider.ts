import { createHmac, generateKeyPairSync, randomUUID, sign, verify } from 'node:crypto';
import { z } from 'zod';

/** Ways in which an assertion can be wrong. */
export const assertionFaults = [
  'wrong_iss',
  'wrong_aud',
  'wrong_sub',
  'two_audiences',
  'too_long',
  'expired',
  'unknown_kid',
  'hs256',
  'empty',
] as const;
export type AssertionFault = (typeof assertionFaults)[number];

const issuer = 'https://idp.sandbox.example';
const audience = 'postern-sandbox-app';
const subject = 'postern-sandbox-workload';
const keyId = 'sandbox-1';
const longestSeconds = 3600;
const leewaySeconds = 30;

const headerSchema = z.object({ alg: z.literal('ES256'), kid: z.literal(keyId) });
const claimsSchema = z.object({
  iss: z.literal(issuer),
  sub: z.literal(subject),
  aud: z.union([z.literal(audience), z.tuple([z.literal(audience)])]),
  iat: z.number(),
  exp: z.number(),
  jti: z.string().optional(),
});

/** The operator's identity provider: signs assertions, and says whether one is good. */
export class IdentityProvider {
  readonly #keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  readonly #used = new Set<string>();
  /** The next ones are wrong in this way. */
  fault: AssertionFault | null = null;

  /** A fresh assertion, or whatever the fault makes of it. */
  assertion(fault: AssertionFault | null = this.fault): string {
    if (fault === 'empty') return '';
    const now = Math.floor(Date.now() / 1000);
    const header = {
      alg: fault === 'hs256' ? 'HS256' : 'ES256',
      kid: fault === 'unknown_kid' ? 'other' : keyId,
    };
    const claims = {
      iss: fault === 'wrong_iss' ? 'https://other.example' : issuer,
      sub: fault === 'wrong_sub' ? 'somebody-else' : subject,
      aud:
        fault === 'wrong_aud'
          ? 'another-app'
          : fault === 'two_audiences'
            ? [audience, 'another-app']
            : audience,
      iat: fault === 'expired' ? now - 600 : now,
      exp: fault === 'expired' ? now - 300 : now + (fault === 'too_long' ? 2 * longestSeconds : 300),
      jti: randomUUID(),
    };
    const signed = [header, claims]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    const signature =
      fault === 'hs256'
        ? createHmac('sha256', 'no secret').update(signed).digest()
        : sign('sha256', Buffer.from(signed), { key: this.#keys.privateKey, dsaEncoding: 'ieee-p1363' });
    return `${signed}.${signature.toString('base64url')}`;
  }

  /** Whether the service takes it. Source: docs/anthropic-oauth.md, "Client authentication". */
  accepts(assertion: string, counts: 'reusable' | 'once'): boolean {
    const [header = '', claims = '', signature = '', more] = assertion.split('.');
    if (more !== undefined) return false;
    const known = headerSchema.safeParse(jsonOf(header));
    const said = claimsSchema.safeParse(jsonOf(claims));
    if (!known.success || !said.success) return false;
    const now = Date.now() / 1000;
    const { iat, exp } = said.data;
    if (exp + leewaySeconds <= now || iat - leewaySeconds > now || exp - iat > longestSeconds) return false;
    const isGood = verify(
      'sha256',
      Buffer.from(`${header}.${claims}`),
      { key: this.#keys.publicKey, dsaEncoding: 'ieee-p1363' },
      Buffer.from(signature, 'base64url'),
    );
    if (!isGood || counts === 'reusable') return isGood;
    const { jti } = said.data;
    if (jti === undefined || this.#used.has(jti)) return false;
    this.#used.add(jti);
    return true;
  }
}

function jsonOf(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString());
  } catch {
    return null;
  }
}
