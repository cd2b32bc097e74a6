import { SseError } from '@modelcontextprotocol/sdk/client/sse.js';
import type { JSONRPCErrorResponse, RequestId } from '@modelcontextprotocol/sdk/types.js';
import type { McpServerState } from '@postern/contract';
import { type ServerDefinition, takesSignIn, targetOf } from '../../mcp/index.ts';
import { redactText } from '../../secret/index.ts';
import type { BridgeState } from './server-bridge.ts';

/** Longest reason, in characters: part of it are a server’s own words. */
const longestReason = 300;

/** JSON-RPC: the server is not there. Source: JSON-RPC 2.0, codes for implementation-defined server errors. */
const notThere = -32_000;

/** What a request is answered with that the server does not answer. */
export function noAnswer(id: RequestId, message = 'The MCP server does not answer.'): JSONRPCErrorResponse {
  return { jsonrpc: '2.0', id, error: { code: notThere, message } };
}

/**
 * Whether a transport’s error ends a connection that was there; others are of one message or of one of several streams.
 * Source: the MCP SDK 1.32: an SSE stream that broke is opened again as another session, and the text of `_scheduleReconnection`.
 */
export function endsConnection(error: Error): boolean {
  return error instanceof SseError || error.message.startsWith('Maximum reconnection attempts');
}

/**
 * Whether an error of one request says that no other will do better: no connection, a session that is over (404), a token that is (401).
 * Source: MCP 2025-11-25, Transports, Session Management; undici’s words for a request that had no response.
 */
export function endsSession(error: unknown): boolean {
  if (error instanceof TypeError && error.message === 'fetch failed') return true;
  const status = httpStatus(error);
  return status === 401 || status === 404;
}

/** Known before anything was started: why, and what to do. */
export class ServerRefusal extends Error {
  readonly nextStep: string;

  constructor(reason: string, nextStep: string) {
    super(reason);
    this.nextStep = nextStep;
  }
}

/** How a server that does not work stands, in words. */
export function serverFailure(
  { name, origin, ...rest }: ServerDefinition,
  state: Extract<BridgeState, { status: 'failed' }>,
  lastWords: string | null,
  patienceMs: number,
): McpServerState {
  const definition = { name, origin, ...rest } as ServerDefinition;
  const failed = (reason: string, nextStep: string): McpServerState => ({
    ...{ name, origin, status: 'failed', nextStep },
    reason: redactText(reason).slice(0, longestReason),
  });
  const { cause } = state;
  if (cause instanceof ServerRefusal) return failed(cause.message, cause.nextStep);
  if (httpStatus(cause) === 401)
    return { ...failed('It wants a sign-in.', signInNext(definition)), status: 'needs_sign_in' };
  if (definition.kind !== 'stdio') {
    const status = httpStatus(cause);
    if (state.wasConnected && cause !== null)
      return failed(
        `The connection was lost (${status === null ? networkWord(cause) : `status ${status}`}).`,
        'It is connected again with the next prompt.',
      );
    if (status !== null) return failed(`It answers with status ${status}.`, checkAddress);
    return cause === null
      ? failed(`It was not ready within ${patienceMs / 1000} seconds.`, slowNext)
      : failed(`It could not be reached (${networkWord(cause)}).`, checkAddress);
  }
  const system = systemCode(cause);
  if (system === 'ENOENT')
    return failed(`The program ${definition.command} was not found.`, 'Install it, or give its full path.');
  if (system !== null)
    return failed(`${definition.command} could not be started (${system}).`, runIt(definition));
  if (state.wasConnected && lastWords !== null)
    return failed(
      `It ended while it was in use (${lastWords}).`,
      'It is started again with the next prompt.',
    );
  if (lastWords !== null) return failed(`It ended before it was ready (${lastWords}).`, runIt(definition));
  if (cause instanceof Error) return failed(`It refused to begin: ${cause.message}`, runIt(definition));
  return failed(`It was not ready within ${patienceMs / 1000} seconds.`, slowNext);
}

/** Postern’s own sign-in, where it has one for such a server. */
function signInNext(definition: ServerDefinition): string {
  if (!takesSignIn(definition))
    return 'Postern cannot sign in to it. If the server takes a token, save it as a secret and refer to it in the server’s headers.';
  const { name, origin } = definition;
  return origin === 'own'
    ? `Sign in under Settings > Agent, or with: postern mcp login ${name}`
    : `In this folder, run: postern mcp login ${name} --folder`;
}

const slowNext = 'If it is only slow to start, send the next prompt: it is tried again.';
const checkAddress = 'Check its address, and whether it runs.';

function runIt(definition: ServerDefinition): string {
  return `Run it in a terminal to see why: ${targetOf(definition)}`.slice(0, longestReason);
}

/** Source: the MCP SDK 1.32, `StreamableHTTPError.code` and `SseError.code`, which are the response’s status; SSE’s `send` has it in a text. */
function httpStatus(cause: unknown): number | null {
  if (!(cause instanceof Error)) return null;
  const inText = /^Error POSTing to endpoint \(HTTP (\d{3})\)/.exec(cause.message)?.[1];
  const code = inText === undefined ? 'code' in cause && cause.code : Number(inText);
  return typeof code === 'number' && code >= 300 ? code : null;
}

function systemCode(cause: unknown): string | null {
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : null;
}

/** The system’s word for it, wherever in the chain of causes it stands. */
function networkWord(cause: unknown): string {
  if (!(cause instanceof Error)) return 'no connection';
  const inText = /\bE[A-Z_]{4,}\b/.exec(cause.message)?.[0];
  return (
    systemCode(cause) ?? inText ?? (cause.cause === undefined ? cause.message : networkWord(cause.cause))
  );
}
