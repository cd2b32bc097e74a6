import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { readProof, sha256 } from '../../test/support/dpop/read-proof.ts';
import { type Respond, type SeenRequest, sendStream } from '../../test/support/gateway/fake-upstream.ts';
import { openHouse } from '../../test/support/gateway/harness.ts';
import { generateProofKey } from '../dpop/index.ts';

const proofOf = (seen: SeenRequest) => readProof(seen.headers['dpop']);

/** A 401 about the proof or the token, as RFC 9449 has it. */
function challenge(response: ServerResponse, error: string, headers: Record<string, string> = {}): void {
  response.writeHead(401, {
    'content-type': 'application/json',
    // The house lives at this instant.
    date: 'Mon, 23 Nov 2026 12:00:00 GMT',
    'www-authenticate': `DPoP error="${error}", algs="ES256"`,
    ...headers,
  });
  response.end('{"type":"error","error":{"type":"authentication_error","message":"no"}}');
}

/** Signed in with tokens that are bound to a key. */
async function openBound(respond: Respond, hasKey = false) {
  const house = await openHouse({ respond, signedIn: false, hasKey });
  house.tokens.proofKey = generateProofKey();
  await house.tokens.signIn('token-1');
  return house;
}

describe('a call with a token that is bound to a key', () => {
  it('proves the key anew at each try, for this request, this token and the nonce of the service', async () => {
    const house = await openBound((seen, response) =>
      proofOf(seen).claims.nonce === 'n-1'
        ? sendStream(response)
        : challenge(response, 'use_dpop_nonce', { 'dpop-nonce': 'n-1' }),
    );
    const query = house.bind();
    const answers = [await query.post(), await query.post()];
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(answers.flatMap(({ headers }) => Object.keys(headers))).not.toContain('dpop-nonce');

    const { seen, url } = house.upstream;
    expect(seen).toHaveLength(3);
    const proofs = seen.map(proofOf);
    expect(new Set(proofs.map(({ claims }) => claims.jti)).size).toBe(3);
    expect(new Set(proofs.map(({ thumbprint }) => thumbprint)).size).toBe(1);
    for (const [at, { claims }] of proofs.entries()) {
      expect(seen[at]?.headers.authorization).toBe('DPoP token-1');
      expect(claims).toMatchObject({
        htm: 'POST',
        htu: `${url}/v1/messages`,
        ath: sha256('token-1'),
        iat: house.nowMs / 1000,
      });
    }
    expect(house.tokens.refreshes).toBe(0);
    expect(query.heard.paid).toHaveLength(2);
  });

  it('is replayed once with a newer token where the token itself was refused', async () => {
    const house = await openBound((seen, response) =>
      seen.headers.authorization === 'DPoP token-2'
        ? sendStream(response)
        : challenge(response, 'invalid_token'),
    );
    expect((await house.bind().post()).status).toBe(200);
    expect(house.tokens.refreshes).toBe(1);
    expect(house.upstream.seen.map((seen) => proofOf(seen).claims.ath)).toEqual(
      ['token-1', 'token-2'].map(sha256),
    );
  });

  it('spends no refresh where the proof is refused for good, and never falls back to a bearer token', async () => {
    const house = await openBound(
      (seen, response) =>
        seen.paidWith === 'key' ? sendStream(response) : challenge(response, 'invalid_dpop_proof'),
      true,
    );
    const query = house.bind();
    await query.post();
    expect(query.heard.givenUp).toMatchObject([{ code: 'upstream_refused' }]);
    expect(house.tokens.refreshes).toBe(0);
    expect(house.upstream.seen[0]?.headers.authorization).toBe('DPoP token-1');
    expect(house.upstream.seen.filter(({ headers }) => headers['dpop'] !== undefined)).toHaveLength(1);
    expect(house.upstream.seen.map(({ headers }) => headers.authorization)).not.toContain('Bearer token-1');
  });

  it('proves it anew where a kept connection turned out to be closed', async () => {
    let calls = 0;
    const house = await openBound((_seen, response) => {
      calls += 1;
      if (calls === 2) response.socket?.resetAndDestroy();
      else sendStream(response);
    });
    const query = house.bind();
    expect([(await query.post()).status, (await query.post()).status]).toEqual([200, 200]);
    const jtis = house.upstream.seen.map((seen) => proofOf(seen).claims.jti);
    expect([jtis.length, new Set(jtis).size]).toEqual([3, 3]);
  });

  it('leaves other credentials without a proof', async () => {
    const house = await openHouse({ respond: (_seen, response) => sendStream(response) });
    await house.bind().post();
    expect(house.upstream.seen[0]?.headers).toMatchObject({ authorization: 'Bearer token-1' });
    expect(house.upstream.seen[0]?.headers).not.toHaveProperty('dpop');
  });
});
