import { describe, expect, it } from 'vitest';
import { readProof, sha256 } from '../../test/support/dpop/read-proof.ts';
import { Secret } from '../secret/index.ts';
import { generateProofKey } from './proof-key.ts';
import { challengedProof, Proofs } from './proofs.ts';

const now = Date.UTC(2026, 10, 29, 12);
const accessToken = new Secret('canary-access-token');
const call = { method: 'POST', url: 'https://api.example/v1/messages?beta=true' };
const answer =
  (headers: Record<string, string>) =>
  (name: string): string | null =>
    headers[name] ?? null;
const httpDate = (ms: number): string => new Date(ms).toUTCString();

describe('a proof', () => {
  it('is signed by the key of the sign-in, and good for one request with one token', async () => {
    const proofKey = generateProofKey();
    const proofs = new Proofs(() => now);
    const headers = await proofs.headersFor({ accessToken, proofKey }, call);
    expect(headers.authorization).toBe('DPoP canary-access-token');
    const { header, claims, thumbprint } = readProof(headers.dpop);
    expect(header).toMatchObject({ typ: 'dpop+jwt', alg: 'ES256', jwk: { kty: 'EC', crv: 'P-256' } });
    expect(header.jwk).not.toHaveProperty('d');
    expect(claims).toMatchObject({
      htm: 'POST',
      htu: 'https://api.example/v1/messages',
      iat: now / 1000,
      ath: sha256('canary-access-token'),
    });
    expect(claims).not.toHaveProperty('nonce');
    expect(thumbprint).toBe(await proofs.thumbprintOf(proofKey));
    const next = readProof((await proofs.headersFor({ accessToken, proofKey }, call)).dpop);
    expect(next.claims.jti).not.toBe(claims.jti);
  });

  it('comes from the same key after the key was sealed and read again', async () => {
    const proofKey = generateProofKey();
    const again = new Secret(proofKey.reveal());
    const thumbprint = await new Proofs(() => now).thumbprintOf(proofKey);
    expect(await new Proofs(() => now).thumbprintOf(again)).toBe(thumbprint);
    expect(await new Proofs(() => now).thumbprintOf(generateProofKey())).not.toBe(thumbprint);
  });

  it('carries the nonce that its server gave last, and no other server’s', async () => {
    const bound = { accessToken, proofKey: generateProofKey() };
    const proofs = new Proofs(() => now);
    proofs.learn(call.url, { header: answer({ 'dpop-nonce': 'first' }), refusal: null });
    proofs.learn(call.url, { header: answer({ 'dpop-nonce': 'second' }), refusal: null });
    const nonceAt = async (url: string) =>
      readProof((await proofs.headersFor(bound, { method: 'GET', url })).dpop).claims.nonce;
    expect(await nonceAt('https://api.example/v1/models')).toBe('second');
    expect(await nonceAt('https://login.example/userinfo')).toBeUndefined();
  });

  it('takes the time of a server that did not take ours, once', async () => {
    const bound = { accessToken, proofKey: generateProofKey() };
    const proofs = new Proofs(() => now);
    const serverMs = now - 3_600_000;
    const refused = { header: answer({ date: httpDate(serverMs) }), refusal: 'invalid_dpop_proof' } as const;
    expect(proofs.learn(call.url, { ...refused, refusal: null })).toBe(false);
    expect(readProof((await proofs.headersFor(bound, call)).dpop).claims.iat).toBe(now / 1000);
    expect(proofs.learn(call.url, refused)).toBe(true);
    expect(readProof((await proofs.headersFor(bound, call)).dpop).claims.iat).toBe(serverMs / 1000);
    expect(proofs.learn(call.url, refused)).toBe(false);
  });
});

describe('a refused proof', () => {
  it.each([
    ['for want of a nonce that comes along', 'use_dpop_nonce', { 'dpop-nonce': 'n' }, true],
    ['for want of a nonce that does not come', 'use_dpop_nonce', {}, false],
    ['with a nonce that no header could carry', 'use_dpop_nonce', { 'dpop-nonce': 'a "b"' }, false],
    ['at the same time', 'invalid_dpop_proof', { date: httpDate(now) }, false],
    ['without a time', 'invalid_dpop_proof', { 'dpop-nonce': 'n' }, false],
    ['by a clock that is an hour off', 'invalid_dpop_proof', { date: httpDate(now + 3_600_000) }, true],
    ['by no clock', 'invalid_dpop_proof', { date: 'tomorrow' }, false],
  ] as const)('%s', (_, refusal, headers, mayRepeat) => {
    const header = answer(headers);
    expect(new Proofs(() => now).learn('https://login.example/token', { header, refusal })).toBe(mayRepeat);
  });
});

it.each([
  [401, 'DPoP error="use_dpop_nonce", algs="ES256"', 'use_dpop_nonce'],
  [401, 'Bearer realm="x", DPoP algs="ES256", error="invalid_dpop_proof"', 'invalid_dpop_proof'],
  [401, 'dpop error=use_dpop_nonce', 'use_dpop_nonce'],
  [401, 'DPoP error="invalid_token"', null],
  [401, 'Bearer error="use_dpop_nonce"', null],
  [401, null, null],
  [403, 'DPoP error="use_dpop_nonce"', null],
])('%i with the challenge %s says %s of the proof', (status, challenge, refusal) => {
  expect(challengedProof(status, challenge)).toBe(refusal);
});
