import type { Records } from './records.ts';

/** What the API learns of a bearer token. */
export type TokenVerdict =
  | {
      readonly type: 'valid';
      readonly email: string;
      readonly scopes: readonly string[];
      readonly grantId: string | undefined;
    }
  | { readonly type: 'expired' | 'withdrawn' | 'unknown' };

/** The API's view of the access tokens that the authorization server issued. */
export class AccessTokens {
  readonly #records: Records;
  readonly #withdrawn = new Set<string>();

  constructor(records: Records) {
    this.#records = records;
  }

  judge(token: string): TokenVerdict {
    if (this.#withdrawn.has(token)) return { type: 'withdrawn' };
    const record = this.#records.find('AccessToken', token);
    if (record?.accountId === undefined || record.exp === undefined) return { type: 'unknown' };
    if (record.exp * 1000 <= Date.now()) return { type: 'expired' };
    return {
      type: 'valid',
      email: record.accountId,
      scopes: record.scope?.split(' ') ?? [],
      grantId: record.grantId,
    };
  }

  /** Every living access token is expired from now on; how many. Refresh tokens stay good. */
  expireAll(): number {
    const nowSeconds = Math.floor(Date.now() / 1000);
    const living = this.#records
      .all('AccessToken')
      .filter(([, { exp }]) => exp !== undefined && exp > nowSeconds);
    for (const [, payload] of living) payload.exp = nowSeconds - 1;
    return living.length;
  }

  /** The user withdrew every consent: each family ends, and its access tokens are known to be revoked. How many families. */
  withdrawConsents(): number {
    for (const [token] of this.#records.all('AccessToken')) this.#withdrawn.add(token);
    const grants = this.#records.all('Grant').map(([grantId]) => grantId);
    for (const grantId of grants) this.#records.removeGrant(grantId);
    return grants.length;
  }
}
