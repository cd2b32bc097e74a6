import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import Fastify from 'fastify';
import type { Answer } from '../wire/answer.ts';
import { keepRefreshTokenHeader } from './create-provider.ts';

/** Asks one of the authorization server's own endpoints, a POST where there is a form, and gives its whole answer. */
export type CallProvider = (
  path: string,
  form: URLSearchParams | null,
  headers: IncomingHttpHeaders,
  options?: { readonly keepRefreshToken: boolean },
) => Promise<Answer>;

/** As much of oidc-provider as is asked. */
export interface AskedServer {
  callback(): (request: IncomingMessage, response: ServerResponse) => Promise<void>;
}

/**
 * Asks oidc-provider in this process, one request after the other: its reuse detection reads, then writes, and two requests with the same
 * refresh token at once would otherwise both be honoured.
 */
export function createCallProvider(provider: AskedServer): CallProvider {
  const inner = Fastify({ logger: false });
  inner.removeAllContentTypeParsers();
  inner.addContentTypeParser('*', (_request, _payload, done) => done(null));
  const callback = provider.callback();
  inner.all('*', (request, reply) => {
    reply.hijack();
    return callback(request.raw, reply.raw);
  });

  let last: Promise<unknown> = Promise.resolve();
  return (path, form, headers, options) => {
    const next = last.then(async () => {
      const answer = await inner.inject({
        method: form === null ? 'GET' : 'POST',
        url: path,
        headers: {
          host: headers.host ?? '',
          accept: 'application/json',
          ...(headers.authorization === undefined ? {} : { authorization: headers.authorization }),
          ...(form === null ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
          ...(options?.keepRefreshToken === true ? { [keepRefreshTokenHeader]: '1' } : {}),
        },
        payload: form?.toString() ?? '',
      });
      return { status: answer.statusCode, headers: kept(answer.headers), body: answer.payload };
    });
    last = next.catch(() => undefined);
    return next;
  };
}

/** Headers that describe the answer; those of the connection are the outer server's. */
function kept(headers: Readonly<Record<string, unknown>>): Record<string, string> {
  const names = ['content-type', 'cache-control', 'pragma', 'www-authenticate', 'vary'];
  return Object.fromEntries(
    names.flatMap((name) => (typeof headers[name] === 'string' ? [[name, headers[name]]] : [])),
  );
}
