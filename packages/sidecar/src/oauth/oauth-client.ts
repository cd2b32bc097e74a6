import type { Account, Tokens } from '../credentials/index.ts';
import type { Secret } from '../secret/index.ts';
import type { SecretSource } from './secret-source.ts';
import type { ServerMetadata } from './server-metadata.ts';

/** What the operator configured (docs/spec/contract.md#starting). Never from settings, a file or the working directory. */
export interface OAuthConfiguration {
  readonly issuer: string | null;
  readonly authorizationEndpoint: string | null;
  readonly tokenEndpoint: string | null;
  readonly revocationEndpoint: string | null;
  readonly clientId: string | null;
  readonly scopes: readonly string[];
  /** With `{port}`; default `http://127.0.0.1:{port}/auth/anthropic/callback`. */
  readonly redirectUri: string;
  readonly tokenBody: 'form' | 'json';
  readonly tokenHeaders: Readonly<Record<string, string>>;
  /** The operator vouches that the server checks PKCE with S256, which its metadata do not say. */
  readonly assumeS256: boolean;
  /** Whether each sign-in asks for consent again. `auto`: where OpenID Connect wants that for a refresh token. */
  readonly prompt: 'auto' | 'consent' | 'off';
  /** For which service the access is meant. Source: RFC 8707, section 2. */
  readonly resource: string | null;
  /** Rules of a known service, never a client id: Claude Platform OAuth with linked billing. */
  readonly profile: 'claude_platform' | null;
  /** Whether authorization requests are pushed. `auto`: wherever the server takes them. Source: RFC 9126. */
  readonly par: 'auto' | 'require' | 'off';
  readonly parEndpoint: string | null;
  /** Whether tokens are bound to a key of the sign-in. `auto`: where the server demands it. Source: RFC 9449. */
  readonly dpop: 'auto' | 'require' | 'off';
  /** What a pushed request carries besides, such as the profile to link. */
  readonly parParameters: Readonly<Record<string, string>>;
  /** Proves to the server that it is this client that asks; null: a public client. Source: RFC 7523, section 2.2. */
  readonly clientAssertion: SecretSource | null;
  /**
   * Who named the server. One that an MCP server names may have its endpoints on any host, as RFC 8414 allows, but none on this
   * machine unless it is here itself; and there is no setting to point the user to.
   */
  readonly namedBy: 'operator' | 'mcp_server';
}

/** An authorization request, ready to be opened in a browser. Source: RFC 6749 §4.1.1, RFC 7636 §4. */
export interface AuthorizationRequest {
  readonly authorizationUrl: string;
  readonly state: Secret;
  readonly codeVerifier: Secret;
  readonly issuer: string;
  readonly redirectUri: string;
  /** What the tokens will be bound to; absent: nothing. */
  readonly proofKey?: Secret | undefined;
}

/** What the browser brought back; repeated parameters are kept so that they can be refused. */
export interface AuthorizationResponse {
  readonly parameters: URLSearchParams;
  /** The user pasted `code#state`, a form without room for `iss`: then a promised one may be missing. A wrong one never passes. */
  readonly pasted?: boolean;
}

/** A token response that passed every check. `expires_in` is already an instant by our clock. */
export interface TokenGrant {
  readonly tokens: Tokens;
  readonly account: Account | null;
  /** Whom a believed id token named; null where there was none. */
  readonly subject: string | null;
}

/** The protocol, for one configured authorization server. Holds metadata for a while, and no token at all. */
export interface OAuthClient {
  /** False: `begin` answers `oauth_not_configured`. */
  readonly configured: boolean;
  /** What of the configuration is missing, where it is not both the server and the client id. */
  readonly missing?: string;
  /** `anthropic`, the issuer's host, or null; never needs the network (docs/spec/contract.md#status). */
  readonly provider: string | null;
  /**
   * What a record must carry to be used with this configuration: the issuer, or with explicit endpoints and no issuer the
   * authorization endpoint's origin; null where none is configured.
   */
  readonly issuer: string | null;
  readonly clientId: string | null;
  /** @throws InvalidRequestError `oauth_not_configured`; OAuthResponseError `metadata_rejected`,
   * `server_unsupported`; TransientError `metadata_unavailable` */
  begin(
    redirectUri: string,
    options?: {
      /** Another account is signed in already: the server is to let the user choose, where it can. */
      readonly selectAccount?: boolean;
    },
  ): Promise<AuthorizationRequest>;
  /** What is known of the server, asked for where it has to be. @throws as `begin` */
  describe(): Promise<ServerMetadata>;
  /**
   * Judges what the browser brought, before anything is sent: one `state` that matches, one `iss` as promised, one `code`.
   * @throws InvalidRequestError `state_mismatch` (nothing was touched), `callback_invalid`, `issuer_mismatch`, `access_denied`,
   * `authorization_failed`; where the metadata has to be read again first (after a restart): as `begin`, the sign-in untouched
   */
  judgeResponse(
    response: AuthorizationResponse,
    request: Pick<AuthorizationRequest, 'state' | 'issuer'>,
  ): Promise<{ readonly code: Secret }>;
  /**
   * Sends the code once. Source: RFC 6749 §4.1.3, RFC 7636 §4.5.
   * @throws OAuthResponseError `code_rejected`, `token_response_invalid`, `misconfigured`; TransientError `exchange_ambiguous` (sent) or
   * `metadata_unavailable` (nothing was sent)
   */
  exchange(code: Secret, request: AuthorizationRequest): Promise<TokenGrant>;
  /** Asks whose sign-in it is, where the server's metadata and the scopes allow. Null if unknown. Never throws. */
  whose(tokens: Tokens, subject: string | null): Promise<Account | null>;
  /**
   * Sends the refresh token once; never retries, never follows a redirect, 30 s, 1 MiB, and cannot be aborted.
   * @throws ReauthorizationRequiredError `reauthorization_required` on `invalid_grant`, and on nothing else;
   * OAuthResponseError `misconfigured` (docs/spec/refresh.md#outcomes);
   * TransientError `refresh_unavailable` (`sent` false, or the server answered without spending it; `retryAtMs` from Retry-After),
   * `refresh_uncertain` (`sent` true, no usable answer)
   */
  refresh(current: Tokens): Promise<TokenGrant>;
  /**
   * RFC 7009. `unsupported`: no endpoint, or it refuses for good. @throws TransientError where it may work later; `sent` where the
   * token may have arrived
   */
  revoke(
    token: Secret,
    hint: 'refresh_token' | 'access_token',
    /** The key that the token is bound to. */
    proofKey?: Secret,
  ): Promise<'done' | 'unsupported'>;
}
