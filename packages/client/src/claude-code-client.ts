import type { ClaudeCodeStatus } from '@postern/contract';
import type { SignInOptions } from './anthropic-auth-client.ts';
import type { Connection } from './connection.ts';

/**
 * Sign-ins to the unmodified Claude Code program. No token ever passes here. Without `credential` (`claude_code:<name>`) the user's own
 * is meant; every other one has a settings folder of Postern's.
 */
export interface ClaudeCodeClient {
  /** @throws PosternError `not_found` for an account that is not there */
  status(options?: SignInOptions): Promise<ClaudeCodeStatus>;
  /** Starts the program's own login, for a name that is new with an account of its own; with `pasted`, passes the code on to the one that runs. */
  login(options?: SignInOptions & { readonly pasted?: string | undefined }): Promise<ClaudeCodeStatus>;
  cancel(options?: SignInOptions): Promise<ClaudeCodeStatus>;
  /** What it ends besides is said by `signOutAlsoEnds` of the status: ask first. */
  logout(options?: SignInOptions): Promise<ClaudeCodeStatus>;
}

/** Over a connection. */
export function createClaudeCodeClient(connection: Connection): ClaudeCodeClient {
  const path = (step: string) => `/auth/claude-code/${step}`;
  const post = (step: string, { credential, signal }: SignInOptions = {}, body: unknown = {}) =>
    connection.json<ClaudeCodeStatus>({
      method: 'POST',
      path: path(step),
      query: { credential },
      body,
      signal,
    });
  return {
    status: ({ credential, signal } = {}) =>
      connection.json({ method: 'GET', path: path('status'), query: { credential }, signal }),
    login: ({ pasted, ...call } = {}) => post('login', call, pasted === undefined ? {} : { pasted }),
    cancel: (call) => post('cancel', call),
    logout: (call) => post('logout', call),
  };
}
