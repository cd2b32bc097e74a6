import type { AccessTokens, UsableToken } from '../../../src/access-token/index.ts';
import { apply, type SignIn, type Tokens } from '../../../src/credentials/index.ts';
import { InvalidRequestError, ReauthorizationRequiredError } from '../../../src/errors/index.ts';
import { Secret } from '../../../src/secret/index.ts';
import type { Store } from '../../../src/store/index.ts';

export const oauthId = 'oauth:default';

/** Access tokens with the real lifecycle and store; only the authorization server is played: `refresh` is its answer. */
export class PlayedAccessTokens
  implements Pick<AccessTokens, 'current' | 'get' | 'noteAccepted' | 'noteRejectedAgain'>
{
  refreshes = 0;
  /** The key that tokens are bound to from now on. */
  proofKey: Secret | undefined;
  readonly acceptedVersions: number[] = [];
  /** What a refresh brings, or throws. */
  refresh: () => Promise<string> = async () => `token-${this.refreshes + 1}`;
  readonly #store: Pick<Store, 'signIns'>;
  readonly #clock: () => number;
  #flight: Promise<SignIn> | null = null;

  constructor(store: Pick<Store, 'signIns'>, clock: () => number) {
    this.#store = store;
    this.#clock = clock;
  }

  async signIn(token: string, id: string = oauthId): Promise<void> {
    await this.#store.signIns.update(id, (record) =>
      apply(record, {
        type: 'tokens_issued',
        tokens: this.#tokens(token),
        issuer: 'https://issuer.example',
        clientId: 'client',
        account: null,
      }),
    );
  }

  async signOut(): Promise<void> {
    await this.#store.signIns.update(oauthId, (record) => apply(record, { type: 'signed_out' }));
  }

  current(id: string): Promise<SignIn> {
    return this.#store.signIns.read(id);
  }

  async get(id: string, options: { readonly rejectedVersion?: number } = {}): Promise<UsableToken> {
    const record = await this.current(id);
    const isRejected = options.rejectedVersion !== undefined && record.version <= options.rejectedVersion;
    return usable(id, isRejected ? await this.#refreshed(id, record.version) : record);
  }

  async noteAccepted(id: string, version: number): Promise<void> {
    this.acceptedVersions.push(version);
    const atMs = this.#clock();
    await this.#store.signIns.update(id, (record) =>
      apply(record, { type: 'access_token_accepted', version, atMs }),
    );
  }

  async noteRejectedAgain(id: string, version: number): Promise<void> {
    const atMs = this.#clock();
    await this.#store.signIns.update(id, (record) =>
      apply(record, { type: 'access_token_rejected_again', version, atMs }),
    );
  }

  #refreshed(id: string, version: number): Promise<SignIn> {
    this.#flight ??= this.#sendRefresh(id, version).finally(() => {
      this.#flight = null;
    });
    return this.#flight;
  }

  async #sendRefresh(id: string, version: number): Promise<SignIn> {
    this.refreshes += 1;
    try {
      const tokens = this.#tokens(await this.refresh());
      return await this.#store.signIns.update(id, (record) =>
        apply(record, { type: 'tokens_refreshed', version, tokens, account: null }),
      );
    } catch (error) {
      if (error instanceof ReauthorizationRequiredError)
        await this.#store.signIns.update(id, (record) =>
          apply(record, { type: 'refresh_rejected', version, interrupted: false, atMs: this.#clock() }),
        );
      throw error;
    }
  }

  #tokens(token: string): Tokens {
    return {
      accessToken: new Secret(token),
      refreshToken: new Secret('refresh'),
      tokenType: 'bearer',
      scopes: ['user:inference'],
      issuedAtMs: this.#clock(),
      expiresAtMs: this.#clock() + 8 * 3_600_000,
      loginEndsAtMs: null,
      proofKey: this.proofKey,
    };
  }
}

function usable(credentialId: string, record: SignIn): UsableToken {
  if (record.status === 'reauthorization_required')
    throw new ReauthorizationRequiredError('reauthorization_required');
  if (record.tokens === null) throw new InvalidRequestError('not_signed_in');
  const { accessToken, expiresAtMs, proofKey, scopes } = record.tokens;
  return { credentialId, accessToken, version: record.version, expiresAtMs, scopes, proofKey };
}
