import type { IncomingMessage } from 'node:http';
import type { ErrorCode } from '@postern/contract';
import {
  judgeContentType,
  judgeFraming,
  judgeHost,
  judgeOrigin,
  judgeTarget,
  ownHosts,
  pathOf,
  presentedBearer,
  type Refusal,
  refuse,
} from '../door/index.ts';
import type { BoundQuery } from './bound-query.ts';

/** Let in, for the query that runs behind its secret; or not. */
export type Admission =
  | { readonly query: BoundQuery; readonly isPaid: boolean }
  | { readonly refusal: { readonly status: number; readonly code: ErrorCode } };

const paths: Readonly<Record<string, { readonly isPaid: boolean }>> = {
  '/v1/messages': { isPaid: true },
  '/v1/messages/count_tokens': { isPaid: false },
};

/**
 * Judges a request before a byte of its body is read. Target and Host first, then the browser's marks (none has business
 * here), framing, the secret, path and method (404), content type. No bearer at all is nobody's program: 401; a secret that is
 * not honoured now is 403, because a program would repeat a 401 for minutes.
 */
export function admit(
  request: Pick<IncomingMessage, 'method' | 'url' | 'httpVersion' | 'rawHeaders'>,
  port: number,
  queryOf: (secret: string) => BoundQuery | null,
): Admission {
  const { method = '', url = '', httpVersion, rawHeaders } = request;
  const facts = { method, url, httpVersion, rawHeaders };
  const envelope =
    judgeTarget(facts) ??
    judgeHost(facts, ownHosts(port)) ??
    judgeOrigin(facts, [], false) ??
    judgeFraming(facts);
  if (envelope !== null) return refused(envelope);
  const bearer = presentedBearer(facts);
  if (bearer === null) return refused(refuse('unauthorized'));
  const query = queryOf(bearer);
  if (query === null) return { refusal: { status: 403, code: 'unauthorized' } };
  const path = Object.hasOwn(paths, pathOf(facts)) ? paths[pathOf(facts)] : undefined;
  if (path === undefined || method !== 'POST') return refused(refuse('not_found'));
  const content = judgeContentType(facts);
  return content === null ? { query, isPaid: path.isPaid } : refused(content);
}

function refused({ status, code }: Refusal): Admission {
  return { refusal: { status, code } };
}
