import { format, inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Secret } from './secret.ts';

/** Has no shape: what most authorization servers issue. */
const canary = 'q3Xv9/k+Zp "7mB\\Lw2';

describe('a secret', () => {
  test('F51 is [redacted] however it is turned into text', () => {
    const secret = new Secret(canary);
    const texts = [
      String(secret),
      `${secret}`,
      JSON.stringify({ secret }),
      inspect(secret),
      inspect({ deep: { er: { still: { secret } } } }, { depth: 9, showHidden: true }),
      format('%s %o %j', secret, secret, secret),
      JSON.stringify({ ...secret }),
      Object.values(secret).join(),
      new Error('failed', { cause: secret }).cause?.toString() ?? '',
      inspect(structuredCloneOrNull(secret)),
    ];
    for (const text of texts) expect(text).not.toContain(canary.slice(0, 6));
    expect(texts[0]).toBe('[redacted]');
  });

  test('gives its value to whoever asks for it by name', () => {
    expect(new Secret(canary).reveal()).toBe(canary);
  });

  test('is told apart by a fingerprint that is the same for the same value', () => {
    const print = new Secret('one').fingerprint();
    expect(print).toMatch(/^[0-9a-f]{16}$/);
    expect(new Secret('one').fingerprint()).toBe(print);
    expect(new Secret('two').fingerprint()).not.toBe(print);
  });

  test('shows its end only where it is long', () => {
    expect(new Secret('sk-ant-api03-aaaaaaa-wxyz').lastFour()).toBe('wxyz');
    expect(new Secret('a-short-one').lastFour()).toBe('');
  });
});

describe('hiding the secrets in use', () => {
  test('F51 finds a secret without a shape, as it is, percent-encoded, in JSON, in hex and anywhere in base64', () => {
    const secret = new Secret(canary);
    const written = [
      canary,
      encodeURIComponent(canary),
      JSON.stringify(canary),
      Buffer.from(canary).toString('hex'),
      Buffer.from(canary).toString('base64'),
      Buffer.from(canary).toString('base64url'),
      Buffer.from(`id:${canary}`).toString('base64'),
      Buffer.from(`an id:${canary}, and more`).toString('base64url'),
    ];
    for (const text of written) {
      const clean = Secret.hideAllIn(`before ${text} after`);
      expect(clean).toMatch(/^before .*\[redacted\].* after$/);
      expect(clean).not.toContain(text);
    }
    expect(secret.reveal()).toBe(canary);
  });

  test('F51 leaves nothing of the longer one where a secret is the beginning of another', () => {
    const both = [new Secret('abcdefghij'), new Secret('abcdefghijKLMNOP')];
    expect(Secret.hideAllIn('x abcdefghijKLMNOP y abcdefghij z')).toBe('x [redacted] y [redacted] z');
    expect(both).toHaveLength(2);
  });

  test('leaves words alone that only happen to be a short secret', () => {
    const short = new Secret('token');
    expect(Secret.hideAllIn('the token expired')).toBe('the token expired');
    expect(short.reveal()).toBe('token');
  });

  test('F51 any secret, in any text, is not in it afterwards', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 8, maxLength: 80 }),
        fc.string(),
        fc.string(),
        (value, before, after) => {
          const secret = new Secret(value);
          expect(Secret.hideAllIn(`${before}${value}${after}`).includes(secret.reveal())).toBe(
            '[redacted]'.includes(value),
          );
        },
      ),
    );
  });
});

function structuredCloneOrNull(secret: Secret): unknown {
  try {
    return structuredClone({ secret });
  } catch {
    return null;
  }
}
