import type { Adapter, AdapterPayload } from 'oidc-provider';

/** Kinds of record that belong to one consent, and end with it. */
const grantedKinds = ['AccessToken', 'RefreshToken', 'AuthorizationCode'] as const;

/** How long an expired record is still known, so that "expired" and "unknown" can be distinguished. */
const rememberExpiredMs = 3_600_000;

const sweepEvery = 500;

interface StoredRecord {
  readonly payload: AdapterPayload;
  readonly forgetAtMs: number;
}

/** Everything the authorization server knows; in memory, gone with the process. */
export class Records {
  readonly #byKey = new Map<string, StoredRecord>();
  readonly #keyByUid = new Map<string, string>();
  #writes = 0;

  /** The storage of one kind of record, as oidc-provider asks for it. */
  adapter(kind: string): Adapter {
    return {
      upsert: async (id, payload, expiresInSeconds) => this.#write(kind, id, payload, expiresInSeconds),
      find: async (id) => this.find(kind, id),
      findByUid: async (uid) => this.#byKey.get(this.#keyByUid.get(uid) ?? '')?.payload,
      findByUserCode: async () => undefined,
      consume: async (id) => {
        const payload = this.find(kind, id);
        if (payload !== undefined) payload['consumed'] = Math.floor(Date.now() / 1000);
      },
      destroy: async (id) => {
        this.#byKey.delete(keyOf(kind, id));
      },
      revokeByGrantId: async (grantId) => {
        this.#removeOf(kind, grantId);
      },
    };
  }

  find(kind: string, id: string): AdapterPayload | undefined {
    return this.#byKey.get(keyOf(kind, id))?.payload;
  }

  /** Every record of a kind by its id. */
  all(kind: string): readonly (readonly [string, AdapterPayload])[] {
    const prefix = keyOf(kind, '');
    return [...this.#byKey]
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, { payload }]) => [key.slice(prefix.length), payload]);
  }

  /** Ends a consent with everything that came of it. */
  removeGrant(grantId: string): void {
    for (const kind of grantedKinds) this.#removeOf(kind, grantId);
    this.#byKey.delete(keyOf('Grant', grantId));
  }

  #write(kind: string, id: string, payload: AdapterPayload, expiresInSeconds: number | undefined): void {
    const key = keyOf(kind, id);
    const lifeMs = expiresInSeconds === undefined ? Number.POSITIVE_INFINITY : expiresInSeconds * 1000;
    this.#byKey.set(key, { payload, forgetAtMs: Date.now() + lifeMs + rememberExpiredMs });
    if (kind === 'Session' && payload.uid !== undefined) this.#keyByUid.set(payload.uid, key);
    this.#writes += 1;
    if (this.#writes % sweepEvery === 0) this.#sweep();
  }

  #removeOf(kind: string, grantId: string): void {
    for (const [id, payload] of this.all(kind)) {
      if (payload.grantId === grantId) this.#byKey.delete(keyOf(kind, id));
    }
  }

  #sweep(): void {
    const now = Date.now();
    for (const [key, { forgetAtMs }] of this.#byKey) if (forgetAtMs < now) this.#byKey.delete(key);
    for (const [uid, key] of this.#keyByUid) if (!this.#byKey.has(key)) this.#keyByUid.delete(uid);
  }
}

function keyOf(kind: string, id: string): string {
  return `${kind}:${id}`;
}
