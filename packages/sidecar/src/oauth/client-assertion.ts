import { type ClientAuth, None } from 'oauth4webapi';
import { TransientError } from '../errors/index.ts';
import { Secret } from '../secret/index.ts';
import type { ClientContext } from './client-context.ts';
import { readSecretSource } from './secret-source.ts';

/** Source: RFC 7523, section 2.2. */
const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
const longestAssertion = 16 * 1024;
/** Source: docs/anthropic-oauth.md, "Client authentication": asymmetric algorithms only. */
const algorithms = /^(RS|ES|PS)(256|384|512)$/;

/**
 * How this installation proves who it is, read again for every request, since an assertion lives for minutes: the operator's
 * assertion beside the client id, or nothing for a public client. An assertion is never stored, logged, or used twice on purpose.
 * @throws TransientError `client_assertion_unavailable`; nothing was sent
 */
export async function clientAuthOf(context: ClientContext): Promise<ClientAuth> {
  const source = context.configuration.clientAssertion;
  if (source === null) return None();
  const read = await readSecretSource(source, context.environment);
  if (!read.ok) throw unavailable(context, read.reason);
  const assertion = new Secret(read.text);
  const fault = assertionFault(read.text, context.clock());
  if (fault !== null) throw unavailable(context, `what it gave is no assertion that can be sent: ${fault}`);
  return (_server, client, body) => {
    body.set('client_id', client.client_id);
    body.set('client_assertion_type', assertionType);
    body.set('client_assertion', assertion.reveal());
  };
}

/** What is wrong with an assertion, in words that hold nothing of it, or null. */
export function assertionFault(assertion: string, nowMs: number): string | null {
  if (assertion.length > longestAssertion) return 'it is longer than 16 KiB';
  if (!/^[\w-]+\.[\w-]+\.[\w-]+$/.test(assertion)) return 'it is not a signed JWT of three parts';
  const [header, payload] = assertion.split('.').map(partOf);
  if (header == null || payload == null) return 'its parts are not JSON';
  const { alg } = header;
  if (typeof alg !== 'string' || !algorithms.test(alg)) return 'its algorithm is not an asymmetric one';
  const { aud, exp } = payload;
  const audiences: unknown[] = Array.isArray(aud) ? aud : [aud];
  if (audiences.length !== 1 || typeof audiences[0] !== 'string' || audiences[0] === '')
    return 'it has not exactly one audience';
  if (typeof exp !== 'number') return 'it does not say when it ends';
  return exp * 1000 <= nowMs ? 'it has expired' : null;
}

function partOf(part: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

function unavailable(context: ClientContext, why: string): TransientError {
  context.log(`oauth: no client assertion: ${why}`);
  return new TransientError('client_assertion_unavailable', {
    sent: false,
    detail: `Nothing was sent: ${why}.`,
  });
}
