import type { CallOptions } from './anthropic-auth-client.ts';
import type { Connection } from './connection.ts';

/** Trouble to come. `times` is how often; `status` and `delayMs` where the kind takes them. */
export interface SandboxFault {
  readonly on: 'token' | 'messages' | 'revoke' | 'metadata';
  readonly kind: string;
  readonly status?: number;
  readonly delayMs?: number;
  readonly times?: number;
}

/** The controls of the fake services (docs/spec/contract.md#sandbox). Answers are passed on as they are. */
export interface SandboxClient {
  faults(fault: SandboxFault, options?: CallOptions): Promise<unknown>;
  /** Ends the access tokens that were granted. */
  expire(options?: CallOptions): Promise<unknown>;
  /** Ends the whole sign-in at the server. */
  revoke(options?: CallOptions): Promise<unknown>;
  /** Uses up a plan window; the body is the sandbox's own. */
  limit(body?: Readonly<Record<string, unknown>>, options?: CallOptions): Promise<unknown>;
  /** Counts and the redacted log. */
  requests(options?: CallOptions): Promise<unknown>;
}

/** The controls over a connection. */
export function createSandboxClient(connection: Connection): SandboxClient {
  const post = (name: string, body: unknown, options: CallOptions = {}) =>
    connection.json<unknown>({ method: 'POST', path: `/sandbox/${name}`, body, signal: options.signal });
  return {
    faults: (fault, options) => post('faults', fault, options),
    expire: (options) => post('expire', {}, options),
    revoke: (options) => post('revoke', {}, options),
    limit: (body, options) => post('limit', body ?? {}, options),
    requests: (options = {}) =>
      connection.json({ method: 'GET', path: '/sandbox/requests', signal: options.signal }),
  };
}
