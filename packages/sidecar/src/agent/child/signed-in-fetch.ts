import type { FetchLike } from '@modelcontextprotocol/sdk/shared/transport.js';
import { Failure } from '../../errors/index.ts';
import { readChallenge, type ServerAccess, type ServerToken } from '../../mcp/index.ts';
import { ServerRefusal } from './server-failure.ts';

/**
 * Sends a server’s requests with the token of its sign-in. Where the server refuses the token, the request is sent once more with a newer
 * one. The token goes to the server’s own origin only: `fetch` leaves `Authorization` out where it follows a redirect to another one.
 * Source: MCP 2025-11-25, Authorization, "Access Token Usage"; WHATWG Fetch, HTTP-redirect fetch, step 13.
 * @param server address of the server
 */
export function signedInFetch(fetch: FetchLike, server: URL, access: ServerAccess): FetchLike {
  return async (url, init = {}) => {
    if (new URL(url).origin !== server.origin) return await fetch(url, init);
    const send = (token: ServerToken | null): Promise<Response> => {
      const headers = new Headers(init.headers);
      if (token !== null) headers.set('authorization', `Bearer ${token.token.reveal()}`);
      return fetch(url, { ...init, headers });
    };
    const token = await tokenOf(access);
    let response = await send(token);
    if (response.status === 401 && token !== null) {
      const newer = await tokenOf(access, token);
      if (newer === null || newer.version === token.version) return response;
      await response.body?.cancel();
      response = await send(newer);
    }
    if (response.status === 403) await judgeForbidden(response, access);
    return response;
  };
}

/** @throws ServerRefusal */
async function tokenOf(access: ServerAccess, refused?: ServerToken): Promise<ServerToken | null> {
  try {
    return await access.token(refused);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw new ServerRefusal('Its sign-in cannot be used just now.', error.detail);
  }
}

/** @throws ServerRefusal where it wants more than the sign-in allows. Source: RFC 6750, section 3.1, `insufficient_scope`. */
async function judgeForbidden(response: Response, access: ServerAccess): Promise<void> {
  const { error, scopes } = readChallenge(response.headers.get('www-authenticate'));
  if (error !== 'insufficient_scope') return;
  await response.body?.cancel();
  access.noteScopes(scopes ?? []);
  const words = scopes === null || scopes.length === 0 ? '' : `: ${scopes.join(' ')}`;
  throw new ServerRefusal(`It wants more than you allowed${words}.`, 'Sign in to it again.');
}
