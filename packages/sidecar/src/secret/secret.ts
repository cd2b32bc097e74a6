import { createHash } from 'node:crypto';
import { inspect } from 'node:util';

const redacted = '[redacted]';

/**
 * A value that must not be printed. Every way of turning it into text gives `[redacted]`; only `reveal()` gives the
 * value, and `grep "reveal("` is the list of places that may.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The value itself. Only to send, to seal, to forward, or to print on explicit request. */
  reveal(): string {
    return this.#value;
  }

  /** First 16 hex digits of the SHA-256: enough to tell two secrets apart, useless to an attacker. */
  fingerprint(): string {
    return createHash('sha256').update(this.#value).digest('hex').slice(0, 16);
  }

  /** Last four characters, for a person to recognise a long key by; empty where the value is short. */
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
