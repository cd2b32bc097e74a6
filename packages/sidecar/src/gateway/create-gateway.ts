import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { Dispatcher } from 'undici';
import type { Clock, Report } from '../credentials/index.ts';
import { answerHeaders, isAnswering, isUnused, limitConnections, presentedBearer } from '../door/index.ts';
import { loggableError } from '../errors/index.ts';
import type { Selection } from '../selection/index.ts';
import { type Admission, admit } from './admit-request.ts';
import { billUserProfile } from './bill-user-profile.ts';
import type { BoundQuery } from './bound-query.ts';
import type { Call } from './call.ts';
import { CallBoundReader } from './call-bound-reader.ts';
import { CallSlots } from './call-slots.ts';
import { createDoorways } from './doorways.ts';
import type { Gateway } from './gateway.ts';
import {
  cancelled,
  createLeaseQuestions,
  createLeases,
  type KeptLeases,
  keepsNone,
  type LeaseCall,
  type LeasesDeps,
  type Refused,
} from './lease/index.ts';
import { endUnreadable, sendOwnAnswer } from './own-answers.ts';
import { readBody } from './read-body.ts';
import { type ServeCallDeps, serveCall } from './serve-call.ts';
import { tryCredential } from './try-credential.ts';
import { createSendUpstream } from './upstream.ts';

// An import would load Node's own fetch with it: 14 MB.
const { createServer } = process.getBuiltinModule('node:http');

/** What the gateway is built from. */
export interface GatewayDeps {
  /** The real Messages API, or the sandbox's; https, or http on loopback. */
  readonly apiBaseUrl: string;
  /** Which credential pays, and what became of it. */
  readonly selection: Selection;
  readonly clock: Clock;
  /** See `createUpstreamDispatcher`; the caller closes it. */
  readonly dispatcher: Dispatcher;
  /** Whose bill the operator's own service account puts messages on; default: no one else's. */
  readonly billingUserProfileId?: string | null;
  /** Keeps what a lease has cost. */
  readonly ledger: LeasesDeps['ledger'];
  /** Where questions of programs with a lease go; default: nowhere, and no answer means no. */
  readonly report?: Report;
  /** How long such a question waits. Default: as long as every question. */
  readonly questionMs?: number;
  /** How long the head of a request may take; it is looked at after three times as long at the latest. Default: ten seconds. */
  readonly headersTimeoutMs?: number;
  /** See `LeasesDeps`. */
  readonly graceMs?: LeasesDeps['graceMs'];
  /** Leases that outlive a restart; then the gateway takes the port that their programs know, where it is free. Default: none. */
  readonly keptLeases?: KeptLeases;
  /** One line for the log; never a secret. */
  readonly log: (line: string) => void;
}

/** Source: docs/spec/contract.md#queries. */
const fourMinutesMs = 4 * 60_000;
const bodyLimit = 32 * 1024 * 1024;
const namesPayerDetail =
  'Whose bill it goes on is set where Postern runs: leave out billing_policy, and send JSON that can be read.';
/** When the gateway closes, nothing waits for the network: what takes longer than this hangs. */
const mostClosingMs = 2_000;
/** Connections that have shown no secret of a child's; one more ends the oldest, so that a flood keeps no child out. */
const maxStrangers = 256;

/** Starts the gateway on 127.0.0.1 only, on a port of the OS's choice unless leases are to go on. */
export async function createGateway(deps: GatewayDeps): Promise<Gateway> {
  const { selection, clock, log } = deps;
  const doorways = createDoorways();
  const bounds = new CallBoundReader();
  const slots = new CallSlots();
  const { report = () => undefined, ledger, questionMs = fourMinutesMs, graceMs } = deps;
  const { keptLeases: kept = keepsNone, billingUserProfileId = null } = deps;
  const { headersTimeoutMs: headersTimeout = 10_000 } = deps;
  let port = 0;
  let underWay = 0;
  const quiet = new Set<() => void>();
  const answering = new WeakMap<object, ServerResponse>();
  const ownPort = (): number => port;
  const questions = createLeaseQuestions({ report, clock, expiresAfterMs: questionMs });
  const leases = createLeases({
    ...{ selection, ledger, questions, kept, port: ownPort, clock, log },
    ...(graceMs === undefined ? {} : { graceMs }),
  });
  const serving: ServeCallDeps = {
    selection,
    send: billUserProfile(billingUserProfileId, createSendUpstream(deps)),
    clock,
    log,
  };

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const secrets = {
      queryOf: (secret: string) => doorways.queryOf(secret, request.socket),
      leaseOf: leases.withSecret,
    };
    const bearer = presentedBearer(request);
    if (bearer !== null) await doorways.recognize(bearer, request.socket);
    const admitted = admit(request, ownPort(), secrets);
    if ('refusal' in admitted) {
      request.resume();
      sendOwnAnswer(response, { ...admitted.refusal, mayRetry: false });
      return;
    }
    connections.trust(request.socket);
    if ('hello' in admitted.route) {
      response.writeHead(200, answerHeaders).end();
      return;
    }
    underWay += 1;
    try {
      await serveAdmitted(request, response, admitted);
    } finally {
      underWay -= 1;
      if (underWay === 0) for (const listener of quiet) listener();
    }
  }

  async function serveAdmitted(
    request: IncomingMessage,
    response: ServerResponse,
    { client, route }: Exclude<Admission, { refusal: unknown }>,
  ): Promise<void> {
    const body = await readBody(request, bodyLimit);
    if (body === undefined) return;
    if (body === null) {
      sendOwnAnswer(response, { status: 413, code: 'payload_too_large', mayRetry: false });
      return;
    }
    if ('begin' in client && client.ready !== null) await client.ready;
    const { headers } = request;
    const asked = route.isPaid ? await bounds.read(body) : null;
    // The program hung up meanwhile: nothing is listening, and nothing may be paid for it.
    if (response.destroyed) return;
    if (billingUserProfileId !== null && asked?.namesPayer === true) {
      sendOwnAnswer(response, {
        status: 400,
        code: 'bad_request',
        detail: namesPayerDetail,
        mayRetry: false,
      });
      return;
    }
    const call: LeaseCall =
      'begin' in client
        ? client.begin(headers, asked)
        : { query: client, fitsTwice: () => true, unanswered: () => cancelled, done: () => undefined };
    if ('code' in call) {
      sendOwnAnswer(response, { status: 403, ...call, mayRetry: false });
      return;
    }
    try {
      await serveQuery(call.query, {
        ...{ ...route, target: request.url ?? '', headers, body, response },
        request: asked,
        fitsTwice: call.fitsTwice,
      });
      endUnanswered(response, call.unanswered());
    } finally {
      call.done();
    }
  }

  async function serveQuery(query: BoundQuery, call: Omit<Call, 'query' | 'signal'>): Promise<void> {
    const { response } = call;
    const calling = new AbortController();
    const forget = query.onEnd(() => calling.abort());
    // It may have ended while the request was read.
    if (query.signal.aborted) calling.abort();
    response.once('close', () => {
      forget();
      if (!response.writableFinished) calling.abort();
    });
    const { signal } = calling;
    if (!call.isPaid) return await serveCall(serving, { ...call, query, signal });
    const { queryId } = query.state;
    const entered = await slots.enter(queryId, signal);
    if (entered === 'full') {
      query.listener.onPassedThrough('too_many_requests', 503);
      sendOwnAnswer(response, { status: 503, code: 'too_many_requests', mayRetry: true });
    }
    if (entered !== 'entered') return;
    try {
      await serveCall(serving, { ...call, query, signal });
    } finally {
      slots.leave(queryId);
    }
  }

  const server = createServer(
    {
      requireHostHeader: true,
      headersTimeout,
      requestTimeout: Math.max(60_000, headersTimeout),
      connectionsCheckingInterval: Math.min(30_000, 3 * headersTimeout),
      keepAliveTimeout: 65_000,
    },
    (request, response) => {
      answering.set(request.socket, response);
      serve(request, response).catch((error: unknown) => {
        log(`gateway: ${loggableError(error)}`);
        sendOwnAnswer(response, { status: 500, code: 'internal_error', mayRetry: false });
        if (!response.writableEnded) response.destroy();
      });
    },
  );
  server.on('clientError', (error, socket) => {
    if (!isUnused(error, socket)) endUnreadable(error, socket, isAnswering(answering.get(socket)));
  });
  server.maxConnections = 2048;
  const connections = limitConnections(server, maxStrangers);
  const lease = kept.all().find(({ expiresAtMs }) => expiresAtMs > clock());
  if (lease === undefined || !(await listens(server, lease.port))) await listens(server, 0);
  ({ port } = server.address() as AddressInfo);
  try {
    leases.restore();
  } catch (error) {
    leases.closeAll();
    server.close();
    throw error;
  }
  server.on('error', (error) => log(`gateway: ${loggableError(error)}`));

  return {
    url: `http://127.0.0.1:${ownPort()}`,
    openDoorway: doorways.open,
    leases,
    tryCredential: (id) => tryCredential(serving, id),
    isBusy: () => underWay > 0,
    onQuiet(listener) {
      quiet.add(listener);
      return () => quiet.delete(listener);
    },
    async close() {
      doorways.closeAll();
      leases.closeAll();
      const { promise: closed, resolve: done } = Promise.withResolvers<void>();
      server.close(() => done());
      server.closeAllConnections();
      await closed;
      // Each call that was cut off is ended in the ledger, which may be closed next.
      if (underWay > 0) await Promise.race([once(quiet), sleep(mostClosingMs, undefined, { ref: false })]);
      await nextTurn();
      await bounds.close();
    },
  };
}

/** Settles when the listeners are called. */
function once(listeners: Set<() => void>): Promise<void> {
  return new Promise((resolve) => {
    listeners.add(resolve);
  });
}

/** False where a port that was asked for cannot be had: another program has it, or it is reserved by now. */
async function listens(server: Server, port: number): Promise<boolean> {
  const { promise, resolve, reject } = Promise.withResolvers<boolean>();
  const onError = (error: Error): void => {
    if (port === 0) reject(error);
    else resolve(false);
  };
  server.once('error', onError);
  server.listen(port, '127.0.0.1', () => resolve(true));
  try {
    return await promise;
  } finally {
    server.off('error', onError);
  }
}

/** The query ended before its answer: the program, if it still listens, must not wait for one. */
function endUnanswered(response: ServerResponse, why: Refused): void {
  sendOwnAnswer(response, { status: 403, ...why, mayRetry: false });
  if (!response.writableEnded) response.destroy();
}
