import type { IncomingMessage } from 'node:http';
import type { ErrorCode } from '@postern/contract';
import {
  headerValues,
  isLoopbackHost,
  judgeContentType,
  judgeFraming,
  judgeHost,
  judgeOrigin,
  judgeTarget,
  ownHosts,
  pathOf,
  presentedBearer,
  type Refusal,
  type RequestFacts,
  refuse,
} from '../door/index.ts';
import type { BoundQuery } from './bound-query.ts';
import type { EndedLease, OpenLease } from './lease/index.ts';

/** Which requests a program may make; `lookup` is a question after models, `hello` only asks whether anyone is there. */
type Route =
  | { readonly isPaid: boolean; readonly lookup?: 'model_list' | 'model' }
  | { readonly isPaid: false; readonly hello: true };

/** Let in, for the query or the lease behind its secret; or not. */
export type Admission =
  | { readonly client: BoundQuery | OpenLease; readonly route: Route }
  | { readonly refusal: { readonly status: number; readonly code: ErrorCode; readonly detail?: string } };

/** Whose secret it is. */
export interface Secrets {
  queryOf(secret: string): BoundQuery | null;
  leaseOf(secret: string): OpenLease | EndedLease | null;
}

const paths: Readonly<Record<string, Route>> = {
  '/v1/messages': { isPaid: true },
  '/v1/messages/count_tokens': { isPaid: false },
};

/**
 * Judges a request before a byte of its body is read. Target and Host first, then the browser's marks (none has business
 * here), framing, the secret, path and method (404), content type. No secret at all is not one of our programs: 401; a secret that is
 * not honoured now is 403, because a program would repeat a 401 for minutes.
 */
export function admit(
  request: Pick<IncomingMessage, 'method' | 'url' | 'httpVersion' | 'rawHeaders'>,
  port: number,
  secrets: Secrets,
): Admission {
  const { method = '', url = '', httpVersion, rawHeaders } = request;
  const facts = { method, url, httpVersion, rawHeaders };
  const target = judgeTarget(facts);
  const host = target ?? judgeHost(facts, ownHosts(port));
  // A port of another machine that leads here (`postern run --ssh`) has a number of its own; only a lease may come by one.
  const isForwarded = target === null && host !== null && isLoopbackHost(facts);
  const envelope = (isForwarded ? null : host) ?? judgeOrigin(facts, [], false) ?? judgeFraming(facts);
  if (envelope !== null) return refused(envelope);
  const bearer = presentedBearer(facts);
  const key = presentedKey(facts);
  if (bearer === null && key === null) return refused(refuse('unauthorized'));
  const query = bearer === null ? null : secrets.queryOf(bearer);
  const lease = query === null ? leaseOf(secrets, bearer, key) : null;
  const client = query ?? lease;
  if (client === null)
    return bearer === null
      ? refused(refuse('unauthorized'))
      : { refusal: { status: 403, code: 'unauthorized' } };
  if (isForwarded && host !== null && lease === null) return refused(host);
  if ('why' in client) return { refusal: { status: 403, code: 'lease_ended', detail: client.why } };
  const route = routeOf(facts, lease !== null);
  if (route === null) return refused(refuse('not_found'));
  const content = method === 'POST' ? judgeContentType(facts) : null;
  return content === null ? { client, route } : refused(content);
}

/** A program of the Agent SDK's sends its secret as a bearer; others have only a place for a key. */
function leaseOf(secrets: Secrets, bearer: string | null, key: string | null): OpenLease | EndedLease | null {
  for (const secret of [bearer, key]) {
    const lease = secret === null ? null : secrets.leaseOf(secret);
    if (lease !== null) return lease;
  }
  return null;
}

function presentedKey(facts: Pick<RequestFacts, 'rawHeaders'>): string | null {
  const values = headerValues(facts, 'x-api-key');
  return values.length === 1 ? (values[0] ?? null) : null;
}

/** Source of `/api/hello`: the Claude Code program asks for it before its first call. docs/claude-agent-sdk.md. */
function routeOf(facts: RequestFacts, isLease: boolean): Route | null {
  const path = pathOf(facts);
  if (facts.method === 'POST') return Object.hasOwn(paths, path) ? (paths[path] ?? null) : null;
  if (!isLease) return null;
  if (facts.method === 'HEAD') return path === '/api/hello' ? { isPaid: false, hello: true } : null;
  if (facts.method !== 'GET') return null;
  if (path === '/v1/models') return { isPaid: false, lookup: 'model_list' };
  return /^\/v1\/models\/[A-Za-z0-9._:@-]{1,200}$/.test(path) ? { isPaid: false, lookup: 'model' } : null;
}

function refused({ status, code }: Refusal): Admission {
  return { refusal: { status, code } };
}
