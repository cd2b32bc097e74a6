/** Plan windows that can be used up. Source: header `anthropic-ratelimit-unified-representative-claim`. */
export const limitWindows = ['five_hour', 'seven_day'] as const;
export type LimitWindow = (typeof limitWindows)[number];

/** What `/sandbox/*` has switched on, until it is switched off again. */
export class Switches {
  /** Everything but `/sandbox/*` answers 503. */
  offline = false;
  /** Every API key is refused with 401. */
  keyRefused = false;
  #addedKeys = new Set<string>();
  #limit: { readonly window: LimitWindow; readonly resetsAtMs: number } | null = null;

  /** The plan limit that holds now, or null. */
  limit(nowMs: number): { readonly window: LimitWindow; readonly resetsAtMs: number } | null {
    return this.#limit !== null && this.#limit.resetsAtMs > nowMs ? this.#limit : null;
  }

  setLimit(limit: { readonly window: LimitWindow; readonly resetsAtMs: number } | null): void {
    this.#limit = limit;
  }

  acceptKey(key: string): void {
    this.#addedKeys.add(key);
  }

  accepts(key: string): boolean {
    return this.#addedKeys.has(key);
  }

  clear(): void {
    this.offline = false;
    this.keyRefused = false;
    this.#limit = null;
    this.#addedKeys = new Set();
  }
}
