/** Plan windows that can be used up. Source: header `anthropic-ratelimit-unified-representative-claim`. */
export const limitWindows = ['five_hour', 'seven_day'] as const;
export type LimitWindow = (typeof limitWindows)[number];

/** A window that is used up, until then. */
export interface PlanLimit {
  readonly window: LimitWindow;
  readonly resetsAtMs: number;
  /** Its calls are answered all the same, and paid as extra usage. */
  readonly overage?: boolean;
}

/** What `/sandbox/*` has switched on, until it is switched off again. */
export class Switches {
  /** Everything but `/sandbox/*` answers 503. */
  offline = false;
  /** Every API key is refused with 401. */
  keyRefused = false;
  #addedKeys = new Set<string>();
  #limit: PlanLimit | null = null;
  /** A limit whose time begins with the first call it refuses. */
  #comingLimit: (Omit<PlanLimit, 'resetsAtMs'> & { readonly lastsMs: number }) | null = null;

  /** The plan limit that holds now, or null. */
  limit(nowMs: number): PlanLimit | null {
    if (this.#comingLimit !== null) {
      const { lastsMs, ...limit } = this.#comingLimit;
      return { ...limit, resetsAtMs: nowMs + lastsMs };
    }
    return this.#limit !== null && this.#limit.resetsAtMs > nowMs ? this.#limit : null;
  }

  /** The limit that a call of the plan meets now, or null. */
  limitForCall(nowMs: number): PlanLimit | null {
    this.#limit = this.limit(nowMs);
    this.#comingLimit = null;
    return this.#limit;
  }

  setLimit(limit: PlanLimit | null): void {
    this.#limit = limit;
    this.#comingLimit = null;
  }

  /** The window is used up from now on; its reset is this long after the first call that meets it. */
  setComingLimit(limit: Omit<PlanLimit, 'resetsAtMs'>, lastsMs: number): void {
    this.#limit = null;
    this.#comingLimit = { ...limit, lastsMs };
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
    this.setLimit(null);
    this.#addedKeys = new Set();
  }
}
