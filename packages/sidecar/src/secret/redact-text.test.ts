import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { redactText } from './redact-text.ts';
import { Secret } from './secret.ts';

const word = fc.string({
  unit: fc.constantFrom(...'abcdefABCDEF0123456789_-'),
  minLength: 24,
  maxLength: 60,
});

/** What a secret looks like where nobody has told us its value. */
const shaped = fc.oneof(
  word.map((rest) => `sk-ant-oat01-${rest}`),
  word.map((rest) => `sk-ant-api03-${rest}`),
  word.map((rest) => `postern_${rest}`),
  word.map((rest) => `postern-doorway-${rest}`),
  fc.tuple(word, word, word).map(([head, body, end]) => `eyJ${head}.${body}.${end}`),
);

/** Where it may stand, secret by shape or by name. */
const anywhere: readonly ((secret: string) => string)[] = [
  (secret) => secret,
  (secret) => `failed for ${secret}.`,
  (secret) => `"${secret}"`,
  (secret) => `(${secret})`,
  (secret) => encodeURIComponent(`{"x":"${secret}"}`),
  (secret) => `http://127.0.0.1:1/#x=${secret}&y=1`,
  (secret) => JSON.stringify(JSON.stringify({ x: secret })),
  (secret) => inspect({ x: [secret] }),
  (secret) => `${secret}${secret}`,
  (secret) => `one\n${secret}\r\ntwo`,
  (secret) => `日本${secret}語`,
];
const afterItsName: readonly ((secret: string) => string)[] = [
  (secret) => `Authorization: Bearer ${secret}`,
  (secret) => `authorization: basic ${Buffer.from(secret).toString('base64')}`,
  (secret) => `Headers.append: "bearer  ${secret}" is an invalid header value.`,
  (secret) => `authorization=Bearer%20${secret}`,
  (secret) => `grant_type=refresh_token&refresh_token=${secret}&client_id=x`,
  (secret) => `code=${secret}`,
  (secret) => `?state=x&code=${secret}&iss=y`,
  (secret) => `#ticket=${secret}`,
  (secret) => JSON.stringify({ access_token: secret, expires_in: 1 }),
  (secret) => JSON.stringify({ msg: JSON.stringify({ access_token: secret }) }),
  (secret) => JSON.stringify(JSON.stringify({ msg: JSON.stringify({ id_token: secret }) })),
  (secret) => JSON.stringify({ access_token: secret }, null, 2),
  (secret) => inspect({ codeVerifier: '', code_verifier: secret }),
  (secret) => encodeURIComponent(JSON.stringify({ client_secret: secret })),
  (secret) => encodeURIComponent(`a=b&refresh_token=${secret}`),
  (secret) => `x-api-key: ${secret}`,
  (secret) => `ApiKey = '${secret}'`,
  (secret) => `password:${secret}`,
];

describe('redaction', () => {
  test('F51 a secret with a known shape is found in any surroundings', () => {
    fc.assert(
      fc.property(shaped, fc.constantFrom(...anywhere, ...afterItsName), (secret, place) => {
        const clean = redactText(place(secret));
        expect(clean).toContain('[redacted]');
        expect(clean).not.toContain(secret.slice(-12));
      }),
      { numRuns: 1_000 },
    );
  });

  test('F51 a secret without a shape is found after its name, however that is written', () => {
    fc.assert(
      fc.property(word, fc.constantFrom(...afterItsName), fc.lorem(), (secret, place, text) => {
        const clean = redactText(`${text} ${place(secret)} ${text}`);
        expect(clean).toContain('[redacted]');
        expect(clean).not.toContain(secret.slice(-12));
        expect(clean).not.toContain(Buffer.from(secret).toString('base64').slice(8, 20));
      }),
      { numRuns: 1_000 },
    );
  });

  test('F51 a secret that stands in a name or begins another hides neither the name’s value nor the rest', () => {
    const kept = ['verifier', 'opaque-value', 'opaque-value-and-more'].map((value) => new Secret(value));
    expect(redactText('code_verifier=tail-of-another&x=1')).toBe('code_[redacted]=[redacted]&x=1');
    expect(redactText('a opaque-value b opaque-value-and-more c')).toBe('a [redacted] b [redacted] c');
    expect(kept).toHaveLength(3);
  });

  test('F51 slashes that JSON escapes do not end a secret early', () => {
    expect(redactText(String.raw`{"access_token":"abcd\/efgh\u002Fijkl"}`)).toBe(
      '{"access_token":"[redacted]"}',
    );
  });

  test('redacting twice changes nothing more, and what is no secret stays', () => {
    for (const text of [
      '{"level":"info","msg":"answered","route":"/settings","status":200}',
      '{"code":"refresh_unavailable","retryable":true}',
      "code: 'ECONNREFUSED'",
      'code=ERR_SQLITE_ERROR',
      '"code":"UND_ERR_HEADERS_TIMEOUT"',
      'Restart Postern, then sign in again.',
    ])
      expect(redactText(text)).toBe(text);
    fc.assert(
      fc.property(shaped, fc.constantFrom(...anywhere, ...afterItsName), (secret, place) => {
        const once = redactText(place(secret));
        expect(redactText(once)).toBe(once);
      }),
    );
  });

  test('takes a moment for a megabyte of anything', () => {
    const hostile = [
      '\\'.repeat(1_000_000),
      'code'.repeat(250_000),
      'code="'.repeat(160_000),
      'eyJ'.repeat(330_000),
      'bearer '.repeat(140_000),
      'access_token\\\\\\'.repeat(60_000),
      ' '.repeat(1_000_000),
    ];
    // Processor time: a busy machine makes nothing slower by it.
    const before = process.cpuUsage();
    for (const text of hostile) redactText(text);
    expect(process.cpuUsage(before).user / 1_000).toBeLessThan(5_000);
  });
});
