import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import {
  type DoorRules,
  type FailureLimiter,
  guardRequest,
  isAnswering,
  isUnused,
  limitConnections,
  presentedBearer,
} from '../door/index.ts';
import type { HttpLimits } from './http-limits.ts';
import { type ProblemAnswer, problemAnswer } from './problem-answer.ts';
import { answerUnreadable, endWith } from './unreadable-request.ts';

// An import would load Node's own fetch with it: 14 MB.
const { createServer } = process.getBuiltinModule('node:http');

export interface GuardedServerDeps {
  readonly limits: HttpLimits;
  /** Read for every request: the port, and with it the Host, is known only once the server listens. */
  readonly rules: () => DoorRules;
  /** Shared with everything else that rejects secrets. */
  readonly refusals: FailureLimiter;
}

/**
 * A server of Node's own whose every request passes the guard before `next` sees it. Nothing is left to Node's defaults:
 * duplicate and missing Hosts, CONNECT, `Expect` and unreadable requests are answered by the same rules.
 */
export function createGuardedServer(
  deps: GuardedServerDeps,
  next: (request: IncomingMessage, response: ServerResponse) => void,
): Server {
  const { limits, rules } = deps;
  const server = createServer({
    insecureHTTPParser: false,
    requireHostHeader: false,
    maxHeaderSize: limits.headerBytes,
    headersTimeout: limits.headersTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    connectionsCheckingInterval: limits.timeoutCheckMs,
    keepAliveTimeout: limits.keepAliveMs,
  });
  // No cut by count: a header dropped in silence is one the guard has not judged. Their bytes are bounded above.
  server.maxHeadersCount = 0;
  server.maxConnections = limits.connections;
  server.maxRequestsPerSocket = limits.requestsPerConnection;
  const connections = limitConnections(server, limits.strangers);
  const answering = new WeakMap<object, ServerResponse>();

  server.on('request', (request, response) => {
    answering.set(request.socket, response);
    const refused = refusalAnswer(request, rules(), deps.refusals);
    if (refused !== null) {
      send(response, refused);
      return;
    }
    const bearer = presentedBearer(request);
    if (bearer !== null && rules().authorizes(bearer)) connections.trust(request.socket);
    // Without a body there is nothing that the other side could take its time over.
    else if (request.method === 'GET') connections.attend(request.socket, response);
    next(request, response);
  });
  server.on('checkExpectation', (_request, response) => send(response, problemAnswer('bad_request')));
  server.on('connect', (_request, socket) => endWith(socket, problemAnswer('bad_request')));
  server.on('clientError', (error, socket) => {
    if (isUnused(error, socket)) return;
    answerUnreadable(error, socket, isAnswering(answering.get(socket)));
  });
  return server;
}

function refusalAnswer(
  request: IncomingMessage,
  rules: DoorRules,
  refusals: FailureLimiter,
): ProblemAnswer | null {
  const { method = '', url = '', httpVersion, rawHeaders } = request;
  const refusal = guardRequest({ method, url, httpVersion, rawHeaders }, rules);
  if (refusal === null) return null;
  if (refusal.code === 'unauthorized' && refusals.note()) return problemAnswer('too_many_requests');
  return problemAnswer(refusal.code, refusal);
}

function send(response: ServerResponse, answer: ProblemAnswer): void {
  response.writeHead(answer.status, answer.headers);
  response.end(answer.body);
}
