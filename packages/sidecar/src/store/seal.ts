import { createCipheriv, createDecipheriv, type KeyObject, randomBytes } from 'node:crypto';

/** 96 bits, random for every write: safe for 2^32 writes under one key. Source: NIST SP 800-38D, sections 5.2.1.1 and 8.3. */
const nonceBytes = 12;
const tagBytes = 16;

/** What a sealed text is bound to: moved to another place, it does not open. */
export interface SealContext {
  readonly name: string;
  readonly id: string;
  readonly format: number;
}

/** `ciphertext` ends with the 16-byte tag. */
export interface SealedText {
  readonly nonce: Uint8Array;
  readonly ciphertext: Uint8Array;
}

/** Seals a text with AES-256-GCM under a 32-byte key. Source: NIST SP 800-38D. */
export function seal(key: KeyObject, text: string, context: SealContext): SealedText {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes });
  cipher.setAAD(boundTo(context));
  const ciphertext = Buffer.concat([cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return { nonce, ciphertext };
}

/** Opens what `seal` gave. @throws Error where the key, the place or a single bit is another */
export function unseal(key: KeyObject, sealed: SealedText, context: SealContext): string {
  if (sealed.nonce.length !== nonceBytes || sealed.ciphertext.length < tagBytes)
    throw new Error('the sealed text is cut off');
  const end = sealed.ciphertext.length - tagBytes;
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.nonce, { authTagLength: tagBytes });
  decipher.setAAD(boundTo(context));
  decipher.setAuthTag(sealed.ciphertext.subarray(end));
  return Buffer.concat([decipher.update(sealed.ciphertext.subarray(0, end)), decipher.final()]).toString(
    'utf8',
  );
}

function boundTo({ name, id, format }: SealContext): Buffer {
  return Buffer.from(JSON.stringify(['postern', name, id, format]));
}
