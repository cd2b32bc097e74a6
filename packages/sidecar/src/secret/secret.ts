import { hash } from 'node:crypto';
import { inspect } from 'node:util';
import { hideRanges, rangesOf, redacted, type TextRange } from './hide-ranges.ts';

/** Shorter ones stand in ordinary words; what is so short is no secret of Postern's. */
const shortestHidden = 8;

/** Every secret that is still in use, held weakly: being listed here lengthens no secret's life. */
const living = new Set<WeakRef<Secret>>();
const forgotten = new FinalizationRegistry<WeakRef<Secret>>((reference) => living.delete(reference));

/**
 * A value that must not be printed. Every way of turning it into text gives `[redacted]`; only `reveal()` gives the
 * value, and `grep "reveal("` is the list of places that may.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
    const reference = new WeakRef(this);
    living.add(reference);
    forgotten.register(this, reference);
  }

  /**
   * Where a text holds a secret that is in use now, whatever it looks like: as it is, percent-encoded, as JSON writes it, in hex
   * and in base64. Tokens of most servers have no shape that a pattern could know.
   */
  static rangesIn(text: string): TextRange[] {
    const values = new Set<string>();
    for (const reference of living) {
      const secret = reference.deref();
      if (secret !== undefined && secret.#value.length >= shortestHidden) values.add(secret.#value);
    }
    return [...values].flatMap((value) => waysToWrite(value).flatMap((written) => rangesOf(written, text)));
  }

  /** The text with each secret that is in use now replaced by `[redacted]`. */
  static hideAllIn(text: string): string {
    return hideRanges(text, Secret.rangesIn(text));
  }

  /** The value itself. Only to send, to seal, to forward, or to print on explicit request. */
  reveal(): string {
    return this.#value;
  }

  /** First 16 hex digits of the SHA-256: enough to tell two secrets apart, useless to an attacker. */
  fingerprint(): string {
    return hash('sha256', this.#value, 'hex').slice(0, 16);
  }

  /** Last four characters, for the user to recognise a long key by; empty where the value is short. */
  lastFour(): string {
    return this.#value.length >= 20 ? this.#value.slice(-4) : '';
  }

  toString(): string {
    return redacted;
  }

  toJSON(): string {
    return redacted;
  }

  [inspect.custom](): string {
    return redacted;
  }
}

function waysToWrite(value: string): string[] {
  const bytes = Buffer.from(value);
  const base64 = [0, 1, 2].map((before) => inBase64(bytes, before));
  return [
    value,
    encodeURIComponent(value.toWellFormed()),
    JSON.stringify(value).slice(1, -1),
    bytes.toString('hex'),
    ...base64,
    ...base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_')),
  ];
}

/** The part of a base64 text that these bytes alone decide, where so many other bytes stand before them. */
function inBase64(bytes: Buffer, before: number): string {
  const text = Buffer.concat([Buffer.alloc(before), bytes])
    .toString('base64')
    .replace(/=+$/, '');
  const isWhole = (before + bytes.length) % 3 === 0;
  return text.slice(before === 0 ? 0 : before + 1, isWhole ? undefined : -1);
}
