import { createSecretKey, randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { seal, unseal } from './seal.ts';

const key = createSecretKey(randomBytes(32));
const context = { name: 'sign_in', id: 'oauth:default', format: 1 };

test('a sealed text opens with its key in its place, and looks different every time', () => {
  const first = seal(key, 'geheim ü', context);
  const second = seal(key, 'geheim ü', context);
  expect(unseal(key, first, context)).toBe('geheim ü');
  expect(first.nonce).toHaveLength(12);
  expect(Buffer.from(first.ciphertext).equals(second.ciphertext)).toBe(false);
});

test.each([
  ['another name', { ...context, name: 'api_key' }],
  ['another id', { ...context, id: 'oauth:other' }],
  ['another format', { ...context, format: 2 }],
])('it does not open under %s', (_, moved) => {
  expect(() => unseal(key, seal(key, 'text', context), moved)).toThrow();
});

test('it does not open with another key', () => {
  expect(() => unseal(createSecretKey(randomBytes(32)), seal(key, 'text', context), context)).toThrow();
});

test('it does not open with any one bit flipped, nor cut off', () => {
  const sealed = seal(key, 'text', context);
  for (let index = 0; index < sealed.ciphertext.length; index += 1) {
    const ciphertext = Uint8Array.from(sealed.ciphertext);
    ciphertext[index] = (ciphertext[index] ?? 0) ^ 1;
    expect(() => unseal(key, { ...sealed, ciphertext }, context)).toThrow();
    expect(() =>
      unseal(key, { ...sealed, ciphertext: sealed.ciphertext.subarray(0, index) }, context),
    ).toThrow();
  }
  expect(() => unseal(key, { ...sealed, nonce: sealed.nonce.subarray(0, 11) }, context)).toThrow();
});
