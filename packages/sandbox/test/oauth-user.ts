import * as oauth from 'oauth4webapi';
import { type Answers, approveOverHttp } from '../src/approve-over-http.ts';
import type { Sandbox } from '../src/sandbox.ts';

/** What a token endpoint answered, unjudged. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

/** A client of the sandbox's authorization server, for tests; the protocol is oauth4webapi's. */
export interface OAuthUser {
  readonly server: oauth.AuthorizationServer;
  /** A fresh authorization request and what is needed to finish it. */
  begin(options?: { readonly redirectUri?: string; readonly scope?: string }): Promise<{
    readonly authorizationUrl: string;
    /** Judges the redirect and sends the code. */
    finish(redirect: string): Promise<Response>;
  }>;
  signIn(answers?: Answers & { readonly scope?: string }): Promise<oauth.TokenEndpointResponse>;
  refresh(refreshToken: string): Promise<oauth.TokenEndpointResponse>;
  /** A refresh request without any judgement, as a form or as JSON. */
  rawRefresh(refreshToken: string, as?: 'form' | 'json'): Promise<RawAnswer>;
  revoke(token: string): Promise<void>;
}

const insecure = { [oauth.allowInsecureRequests]: true } as const;
const redirectDefault = 'http://127.0.0.1:54321/auth/anthropic/callback';

export async function oauthUser(sandbox: Sandbox): Promise<OAuthUser> {
  const issuer = new URL(sandbox.issuer);
  const discovered = await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...insecure });
  const server = await oauth.processDiscoveryResponse(issuer, discovered);
  const client: oauth.Client = { client_id: sandbox.clientId };

  const begin: OAuthUser['begin'] = async (options = {}) => {
    const redirectUri = options.redirectUri ?? redirectDefault;
    const verifier = oauth.generateRandomCodeVerifier();
    const state = oauth.generateRandomState();
    const url = new URL(server.authorization_endpoint ?? '');
    url.search = new URLSearchParams({
      client_id: client.client_id,
      response_type: 'code',
      redirect_uri: redirectUri,
      scope: options.scope ?? 'user:inference user:profile',
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state,
    }).toString();
    return {
      authorizationUrl: url.href,
      finish: (redirect) =>
        oauth.authorizationCodeGrantRequest(
          server,
          client,
          oauth.None(),
          oauth.validateAuthResponse(server, client, new URL(redirect), state),
          redirectUri,
          verifier,
          { additionalParameters: { state }, ...insecure },
        ),
    };
  };

  return {
    server,
    begin,
    signIn: async (answers = {}) => {
      const { authorizationUrl, finish } = await begin(
        answers.scope === undefined ? {} : { scope: answers.scope },
      );
      const response = await finish(await approveOverHttp(authorizationUrl, answers));
      return oauth.processAuthorizationCodeResponse(server, client, response);
    },
    refresh: async (refreshToken) =>
      oauth.processRefreshTokenResponse(
        server,
        client,
        await oauth.refreshTokenGrantRequest(server, client, oauth.None(), refreshToken, insecure),
      ),
    rawRefresh: async (refreshToken, as = 'form') => {
      const parameters = {
        grant_type: 'refresh_token',
        refresh_token: refreshToken,
        client_id: client.client_id,
      };
      const response = await fetch(server.token_endpoint ?? '', {
        method: 'POST',
        redirect: 'manual',
        headers: {
          'content-type': as === 'json' ? 'application/json' : 'application/x-www-form-urlencoded',
        },
        body: as === 'json' ? JSON.stringify(parameters) : new URLSearchParams(parameters).toString(),
      });
      return { status: response.status, headers: response.headers, body: await response.text() };
    },
    revoke: async (token) =>
      oauth.processRevocationResponse(
        await oauth.revocationRequest(server, client, oauth.None(), token, insecure),
      ),
  };
}
