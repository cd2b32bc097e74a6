import { randomUUID } from 'node:crypto';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { OAuthRegisteredClientsStore } from '@modelcontextprotocol/sdk/server/auth/clients.js';
import { InvalidGrantError, InvalidTokenError } from '@modelcontextprotocol/sdk/server/auth/errors.js';
import { requireBearerAuth } from '@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js';
import type {
  AuthorizationParams,
  OAuthServerProvider,
} from '@modelcontextprotocol/sdk/server/auth/provider.js';
import {
  createOAuthMetadata,
  mcpAuthMetadataRouter,
  mcpAuthRouter,
} from '@modelcontextprotocol/sdk/server/auth/router.js';
import type { AuthInfo } from '@modelcontextprotocol/sdk/server/auth/types.js';
import { createMcpExpressApp } from '@modelcontextprotocol/sdk/server/express.js';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import type { OAuthClientInformationFull, OAuthTokens } from '@modelcontextprotocol/sdk/shared/auth.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';

/** In every token that is issued. */
export const tokenCanary = 'mcp-canary-of-a-token-0123456789';

/** An MCP server and its authorization server, both the MCP SDK's own, each on a port of loopback. */
export interface OAuthMcpServer extends AsyncDisposable {
  /** Address of the MCP server. */
  readonly url: string;
  /** Address of the same tools that answers with a redirect to another origin. */
  readonly movedUrl: string;
  readonly provider: Provider;
  /** `Authorization` of each request at the other origin. */
  readonly elsewhere: readonly (string | undefined)[];
}

/** Starts both. Its `secret` tool wants a scope that no sign-in asks for by itself. */
export async function startOAuthMcpServer(): Promise<OAuthMcpServer> {
  const authorization = await listening();
  const resource = await listening();
  const other = await listening();
  const provider = new Provider();
  const issuerUrl = new URL(authorization.origin);
  const url = `${resource.origin}/mcp`;
  const auth = createMcpExpressApp();
  auth.use(mcpAuthRouter({ provider, issuerUrl }));
  authorization.answer(auth);

  const app = createMcpExpressApp();
  const resourceServerUrl = new URL(url);
  app.use(
    mcpAuthMetadataRouter({
      oauthMetadata: createOAuthMetadata({ provider, issuerUrl }),
      resourceServerUrl,
      scopesSupported: ['tools'],
    }),
  );
  const resourceMetadataUrl = `${resource.origin}/.well-known/oauth-protected-resource/mcp`;
  const guarded = (requiredScopes: string[]) =>
    requireBearerAuth({ verifier: provider, requiredScopes, resourceMetadataUrl });
  const usual = guarded(['tools']);
  const more = guarded(['tools', 'secrets']);
  app.post(
    '/mcp',
    (request, response, next) =>
      (JSON.stringify(request.body).includes('"secret"') ? more : usual)(request, response, next),
    async (request, response) => {
      const server = new McpServer({ name: 'far', version: '1' });
      for (const name of ['greet', 'secret'])
        server.registerTool(name, {}, () => ({ content: [{ type: 'text', text: `said by ${name}` }] }));
      const transport = new StreamableHTTPServerTransport({});
      await server.connect(transport as Transport);
      await transport.handleRequest(request, response, request.body);
    },
  );
  app.all('/moved/mcp', (_request, response) => response.redirect(307, `${other.origin}/mcp`));
  resource.answer(app);

  const elsewhere: (string | undefined)[] = [];
  other.answer((request, response) => {
    elsewhere.push(request.headers.authorization);
    response.writeHead(401, { 'www-authenticate': `Bearer resource_metadata="${other.origin}/x"` }).end();
  });
  return {
    url,
    movedUrl: `${resource.origin}/moved/mcp`,
    provider,
    elsewhere,
    async [Symbol.asyncDispose]() {
      for (const each of [authorization, resource, other]) await each.close();
    },
  };
}

interface Grant {
  readonly clientId: string;
  readonly scopes: readonly string[];
  readonly resource: URL | undefined;
}

/** Approves everything at once. What it refuses and counts is the test's to look at. */
export class Provider implements OAuthServerProvider {
  readonly clients = new Map<string, OAuthClientInformationFull>();
  readonly authorizations: AuthorizationParams[] = [];
  readonly revoked: string[] = [];
  refreshes = 0;
  /** Access tokens that it no longer takes. */
  readonly ended = new Set<string>();
  denies = false;
  takesRegistrations = true;
  readonly #codes = new Map<string, Grant & { readonly challenge: string }>();
  readonly #refreshTokens = new Map<string, Grant>();
  readonly #accessTokens = new Map<string, Grant>();

  get clientsStore(): OAuthRegisteredClientsStore {
    return {
      getClient: (id) => this.clients.get(id),
      registerClient: (client) => {
        const known = { ...client, client_id: randomUUID() };
        this.clients.set(known.client_id, known);
        return known;
      },
    };
  }

  async authorize(
    client: OAuthClientInformationFull,
    params: AuthorizationParams,
    response: Parameters<OAuthServerProvider['authorize']>[2],
  ): Promise<void> {
    this.authorizations.push(params);
    const back = new URL(params.redirectUri);
    if (params.state !== undefined) back.searchParams.set('state', params.state);
    if (this.denies) back.searchParams.set('error', 'access_denied');
    else {
      const code = randomUUID();
      const { scopes = [], resource, codeChallenge } = params;
      this.#codes.set(code, { clientId: client.client_id, scopes, resource, challenge: codeChallenge });
      back.searchParams.set('code', code);
    }
    response.redirect(back.href);
  }

  async challengeForAuthorizationCode(_client: OAuthClientInformationFull, code: string): Promise<string> {
    const grant = this.#codes.get(code);
    if (grant === undefined) throw new InvalidGrantError('unknown code');
    return grant.challenge;
  }

  async exchangeAuthorizationCode(_client: OAuthClientInformationFull, code: string): Promise<OAuthTokens> {
    const grant = this.#codes.get(code);
    if (grant === undefined || !this.#codes.delete(code)) throw new InvalidGrantError('unknown code');
    return this.#issue(grant);
  }

  async exchangeRefreshToken(
    _client: OAuthClientInformationFull,
    refreshToken: string,
  ): Promise<OAuthTokens> {
    this.refreshes += 1;
    const grant = this.#refreshTokens.get(refreshToken);
    // Rotated: each is good once.
    if (grant === undefined || !this.#refreshTokens.delete(refreshToken))
      throw new InvalidGrantError('the refresh token has ended');
    return this.#issue(grant);
  }

  async verifyAccessToken(token: string): Promise<AuthInfo> {
    const grant = this.#accessTokens.get(token);
    if (grant === undefined || this.ended.has(token)) throw new InvalidTokenError('unknown token');
    const expiresAt = Math.floor(Date.now() / 1000) + 3600;
    return {
      ...{ token, clientId: grant.clientId, scopes: [...grant.scopes], expiresAt },
      ...(grant.resource !== undefined && { resource: grant.resource }),
    };
  }

  async revokeToken(_client: OAuthClientInformationFull, { token }: { token: string }): Promise<void> {
    this.revoked.push(token);
    this.#refreshTokens.delete(token);
  }

  /** From now on every refresh token has ended. */
  endRefreshTokens(): void {
    this.#refreshTokens.clear();
  }

  /** Every access token so far is no longer taken. */
  endAccessTokens(): void {
    for (const token of this.#accessTokens.keys()) this.ended.add(token);
  }

  #issue(grant: Grant): OAuthTokens {
    const accessToken = `access-${randomUUID()}-${tokenCanary}`;
    const refreshToken = `refresh-${randomUUID()}-${tokenCanary}`;
    this.#accessTokens.set(accessToken, grant);
    this.#refreshTokens.set(refreshToken, grant);
    return {
      ...{ access_token: accessToken, refresh_token: refreshToken, token_type: 'Bearer', expires_in: 3600 },
      scope: grant.scopes.join(' '),
    };
  }
}

async function listening(): Promise<{
  readonly origin: string;
  answer(listener: RequestListener): void;
  close(): Promise<void>;
}> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answer: (listener) => void server.on('request', listener),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
