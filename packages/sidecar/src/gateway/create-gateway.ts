import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Dispatcher } from 'undici';
import type { AccessTokens } from '../access-token/index.ts';
import type { Candidate, Clock, Report } from '../credentials/index.ts';
import { limitConnections } from '../door/index.ts';
import { loggableError } from '../errors/index.ts';
import type { Ledger } from '../ledger/index.ts';
import type { SettingsStore } from '../settings/index.ts';
import type { Store } from '../store/index.ts';
import { admit } from './admit-request.ts';
import { chooseBeforeQuery } from './choose-before-query.ts';
import { createChooseCredential } from './choose-credential.ts';
import { createCredentialBoard } from './credential-board.ts';
import { createReadProof } from './credential-proofs.ts';
import { createDoorways } from './doorways.ts';
import { createFallbackConsents } from './fallback-consents.ts';
import { createFallbackQuestions } from './fallback-questions.ts';
import type { Gateway } from './gateway.ts';
import { openQuery } from './gateway-query.ts';
import { createLimitWatch } from './limit-watch.ts';
import { sendOwnAnswer } from './own-answers.ts';
import { readBody } from './read-body.ts';
import { type ServeCallDeps, serveCall } from './serve-call.ts';
import { createSwitches } from './switches.ts';
import { tryCredential } from './try-credential.ts';
import { createSendUpstream } from './upstream.ts';

// An import would load Node's own fetch with it: 14 MB.
const { createServer } = process.getBuiltinModule('node:http');

/** What the gateway is built from. */
export interface GatewayDeps {
  /** The real Messages API, or the sandbox's; https, or http on loopback. */
  readonly apiBaseUrl: string;
  readonly accessTokens: Pick<AccessTokens, 'current' | 'get' | 'noteAccepted' | 'noteRejectedAgain'>;
  readonly store: Pick<Store, 'signIns' | 'apiKeys' | 'documents'>;
  readonly settings: Pick<SettingsStore, 'read'>;
  readonly ledger: Pick<Ledger, 'spentTodayUsd' | 'noteWindow' | 'windows'>;
  readonly report: Report;
  readonly clock: Clock;
  readonly sandbox: boolean;
  /** See `createUpstreamDispatcher`; the caller closes it. */
  readonly dispatcher: Dispatcher;
  /** One line for the log; never a secret. */
  readonly log: (line: string) => void;
  /**
   * Delegated kinds as they stand, for `choose` without a scope. Their program signs in for itself, in another child: going
   * there is the agent's to do, and a query's scope says which of them it could go to.
   */
  readonly delegated?: () => readonly Candidate[];
  /** How long a question to the person may wait; default 4 minutes. Source: contract, section 5.1. */
  readonly questionExpiresAfterMs?: number;
}

const bodyLimit = 32 * 1024 * 1024;
/** Connections that have shown no secret of a child's; one more ends the oldest, so that a flood keeps no child out. */
const maxStrangers = 256;
const fourMinutesMs = 4 * 60_000;

/** Starts the gateway on a port of the OS's choice, on 127.0.0.1 only. */
export async function createGateway(deps: GatewayDeps): Promise<Gateway> {
  const { accessTokens, store, settings, ledger, report, clock, log } = deps;
  const doorways = createDoorways();
  const board = createCredentialBoard({ accessTokens, store, clock, sandbox: deps.sandbox });
  const consents = createFallbackConsents({ documents: store.documents, clock });
  const delegated = deps.delegated ?? (() => []);
  const choose = createChooseCredential({
    board,
    settings,
    ledger,
    consents,
    sandbox: deps.sandbox,
    clock,
  });
  const readProof = createReadProof({ accessTokens, store });
  const send = createSendUpstream(deps);
  const expiresAfterMs = deps.questionExpiresAfterMs ?? fourMinutesMs;
  const serving: ServeCallDeps = {
    accessTokens,
    board,
    choose,
    clock,
    limits: createLimitWatch({ ledger, report }),
    log,
    questions: createFallbackQuestions({ consents, expiresAfterMs, log }),
    readProof,
    send,
    settings,
    switches: createSwitches({ report }),
  };

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { port } = server.address() as AddressInfo;
    const admitted = admit(request, port, doorways.queryOf);
    if ('refusal' in admitted) {
      request.resume();
      sendOwnAnswer(response, { ...admitted.refusal, mayRetry: false });
      return;
    }
    connections.trust(request.socket);
    const { query, isPaid } = admitted;
    const calling = new AbortController();
    const forget = query.onEnd(() => calling.abort());
    response.once('close', () => {
      forget();
      if (!response.writableFinished) calling.abort();
    });
    const body = await readBody(request, bodyLimit);
    if (body === undefined) return;
    if (body === null) {
      sendOwnAnswer(response, { status: 413, code: 'payload_too_large', mayRetry: false });
      return;
    }
    const { headers } = request;
    const target = request.url ?? '';
    await serveCall(serving, { query, target, isPaid, headers, body, response, signal: calling.signal });
    endUnanswered(response);
  }

  const server = createServer(
    { requireHostHeader: true, headersTimeout: 10_000, requestTimeout: 60_000, keepAliveTimeout: 65_000 },
    (request, response) => {
      serve(request, response).catch((error: unknown) => {
        log(`gateway: ${loggableError(error)}`);
        sendOwnAnswer(response, { status: 500, code: 'internal_error', mayRetry: false });
        if (!response.writableEnded) response.destroy();
      });
    },
  );
  server.maxConnections = 2048;
  const connections = limitConnections(server, maxStrangers);
  const { promise: listening, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen(0, '127.0.0.1', resolve);
  await listening;

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    openDoorway: doorways.open,
    openQuery: (queryId, listener, scope = { first: null, delegated: () => [] }) =>
      openQuery(serving, queryId, listener, scope),
    choose: ({ lookOnly = false, scope = { first: null, delegated } } = {}) =>
      chooseBeforeQuery({ choose, readProof, log }, { lookOnly, scope }),
    async candidates() {
      const { credentialOrder } = settings.read();
      const entries = await board.entries();
      // Shown as not usable until it is replaced or accepted; a query still tries it, once.
      const own = entries.map(({ candidate, wasRefused }) =>
        wasRefused ? { ...candidate, usable: false } : candidate,
      );
      const all = [...own, ...delegated()];
      return credentialOrder.flatMap((kind) => all.filter(({ ref }) => ref.kind === kind));
    },
    tryCredential: (id) => tryCredential({ readProof, send, board, accessTokens, store, clock, log }, id),
    async close() {
      doorways.closeAll();
      const { promise: closed, resolve: done } = Promise.withResolvers<void>();
      server.close(() => done());
      server.closeAllConnections();
      await closed;
    },
  };
}

/** The query ended before its answer: the program, if it still listens, must not wait for one. */
function endUnanswered(response: ServerResponse): void {
  sendOwnAnswer(response, { status: 403, code: 'query_cancelled', mayRetry: false });
  if (!response.writableEnded) response.destroy();
}
