import { retryAtMs } from '../credentials/index.ts';
import { OAuthResponseError, TransientError } from '../errors/index.ts';
import { endpointFault, isLoopbackHost } from './endpoint.ts';
import { type Fetch, type Outcome, sendOnce } from './send-once.ts';

/** What a protected resource says about itself. */
export interface ProtectedResource {
  /** Its identifier: what is asked for as `resource`. Source: RFC 8707, section 2. */
  readonly resource: string;
  /** The authorization server that it names first among those that can be used. */
  readonly issuer: string;
  /** Scopes that it knows; empty where it does not say. */
  readonly scopes: readonly string[];
}

/** How its metadata are read. */
export interface ResourceDeps {
  readonly fetch: Fetch;
  readonly userAgent: string;
  readonly timeoutMs: number;
  readonly nowMs: number;
}

const wellKnown = '/.well-known/oauth-protected-resource';
const mostScopes = 100;

/**
 * Reads which authorization server a resource trusts. Its metadata are read at its own origin only, and must be of this resource or of one
 * that it is part of: otherwise a server could have tokens issued that are meant for another. Where it has no metadata its origin is the
 * authorization server, as MCP had it before metadata.
 * Source: RFC 9728, sections 3 and 5.1; MCP 2025-11-25, Authorization, "Authorization Server Discovery"; MCP 2025-03-26 for the fallback.
 * @param named the address in `WWW-Authenticate`; null: the well-known ones are tried
 * @throws OAuthResponseError `metadata_rejected`; TransientError `metadata_unavailable`
 */
export async function discoverResource(
  address: URL,
  named: URL | null,
  deps: ResourceDeps,
): Promise<ProtectedResource> {
  if (named !== null && named.origin !== address.origin)
    throw rejected('its metadata are on another host than it is');
  const path = address.pathname === '/' ? '' : address.pathname;
  const wellKnowns = [...new Set([`${wellKnown}${path}`, wellKnown])];
  const tried = named === null ? wellKnowns.map((each) => new URL(each, address.origin)) : [named];
  for (const { href } of tried) {
    const outcome = await sendOnce(deps.fetch, {
      url: href,
      body: null,
      headers: { accept: 'application/json', 'user-agent': deps.userAgent },
      timeoutMs: deps.timeoutMs,
    });
    const text = textOf(outcome, deps.nowMs);
    if (text !== null) return checkedResource(text, address);
  }
  if (named !== null) throw rejected('its metadata are not where it says');
  return { resource: resourceOf(address), issuer: address.origin, scopes: [] };
}

/** The identifier of a resource that has no metadata. Source: MCP 2025-11-25, "Canonical Server URI". Pure. */
function resourceOf(address: URL): string {
  const { origin, pathname } = address;
  return pathname === '/' ? origin : `${origin}${pathname}`;
}

/** null: there is nothing at this address. */
function textOf(outcome: Outcome, nowMs: number): string | null {
  if (!outcome.answered) throw unavailable(`no answer (${outcome.reason})`, null);
  const { status, header } = outcome;
  if (status === 429 || status >= 500) throw unavailable(`status ${status}`, retryAtMs(header, nowMs));
  if (status !== 200) return null;
  if (outcome.body === 'cut_off') throw unavailable('the answer broke off', null);
  if (outcome.text === null) throw rejected('its metadata are longer than 1 MiB');
  // A page for every address is what many frameworks answer with.
  return /^application\/json\s*(;|$)/i.test(header('content-type') ?? '') ? outcome.text : null;
}

function checkedResource(text: string, address: URL): ProtectedResource {
  const document = objectIn(text);
  const { resource, authorization_servers: servers, scopes_supported: scopes } = document;
  if (typeof resource !== 'string' || !isResourceOf(resource, address))
    throw rejected('its metadata are of another resource');
  const isHere = isLoopbackHost(address.hostname);
  const usable = textsIn(servers).find(
    (server) =>
      endpointFault(server, null) === null &&
      !server.includes('?') &&
      (isHere || !isLoopbackHost(new URL(server).hostname)),
  );
  if (usable === undefined) throw rejected('it names no authorization server that can be used');
  return {
    resource,
    issuer: usable,
    scopes: textsIn(scopes)
      .filter((scope) => /^[!#-[\]-~]{1,256}$/.test(scope))
      .slice(0, mostScopes),
  };
}

/** Whether the address is the resource, or below it. Pure. */
function isResourceOf(resource: string, address: URL): boolean {
  const url = endpointFault(resource, null) === null ? new URL(resource) : null;
  if (url === null || url.origin !== address.origin) return false;
  const folder = url.pathname.endsWith('/') ? url.pathname : `${url.pathname}/`;
  return `${address.pathname}/`.startsWith(folder);
}

function objectIn(text: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = null;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw rejected('its metadata are no JSON object');
  return value as Readonly<Record<string, unknown>>;
}

function textsIn(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}

function rejected(why: string): OAuthResponseError {
  return new OAuthResponseError('metadata_rejected', null, `The server was refused: ${why}.`);
}

function unavailable(why: string, retryAt: number | null): TransientError {
  return new TransientError('metadata_unavailable', {
    sent: false,
    retryAtMs: retryAt,
    detail: `What the server says about its sign-in could not be read: ${why}.`,
  });
}
