import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { ErrorCode } from '@postern/contract';
import type { Choice } from '../credentials/index.ts';
import { loggableError } from '../errors/index.ts';
import type { SettingsStore } from '../settings/index.ts';
import type { BoundQuery } from './bound-query.ts';
import { type ChooseCredential, isDelegatedKind } from './choose-credential.ts';
import { classifyRefusal } from './classify-refusal.ts';
import { mayHaveBeenPaid } from './connection-reuse.ts';
import type { CredentialProof, ReadProof } from './credential-proofs.ts';
import type { FallbackQuestions } from './fallback-questions.ts';
import { forwardAnswer } from './forward-answer.ts';
import { upstreamHeaders } from './forwarded-headers.ts';
import type { LimitWatch } from './limit-watch.ts';
import { sendOwnAnswer } from './own-answers.ts';
import { passedThroughCode, passThrough } from './pass-through.ts';
import { readBeginning } from './read-beginning.ts';
import { type Prefix, readPrefix } from './read-body.ts';
import { isServiceRefusal, kindOfContent, recognizeAnswer } from './service-answer.ts';
import { type SettleRefusalDeps, settleRefusal } from './settle-refusal.ts';
import { stopDetail } from './stop-detail.ts';
import type { Switches } from './switches.ts';
import { type Unavailable, unavailableBecause } from './unavailable.ts';
import type { SendUpstream, UpstreamAnswer } from './upstream.ts';

/** A request of the program, let in by the door and read whole. */
export interface Call {
  readonly query: BoundQuery;
  /** Path and query. */
  readonly target: string;
  readonly isPaid: boolean;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly response: ServerResponse;
  /** Aborted when the program hangs up or the query ends. */
  readonly signal: AbortSignal;
}

/** What serving a call takes. */
export interface ServeCallDeps extends SettleRefusalDeps {
  readonly choose: ChooseCredential;
  readonly readProof: ReadProof;
  readonly send: SendUpstream;
  readonly questions: FallbackQuestions;
  readonly switches: Switches;
  readonly limits: LimitWatch;
  readonly settings: Pick<SettingsStore, 'read'>;
}

/** Source: design, section 6, step 5. */
const mostAttempts = 3;
const refusalBodyLimit = 64 * 1024;
/** A short break of the network is survived by the program's own back-off; a third failure in a row ends the query. */
const toleratedConnections = 2;

const unreadableDetail =
  'No answer came that can be read. The call may have been worked on and paid for, so it was not sent again.';

type Use = Extract<Choice, { do: 'use' }>;

/**
 * Serves one model call: puts on the credential that the policy names, repairs what can be repaired before the first byte of
 * an answer, and streams the answer through. At most one refresh and three upstream attempts; the same bytes each time.
 */
export async function serveCall(deps: ServeCallDeps, call: Call): Promise<void> {
  const { query } = call;
  const unavailable = new Map<string, Unavailable>();
  let attempts = 0;
  /** The token that the one refresh of this call is about. */
  let refreshed: { readonly id: string; readonly version: number } | null = null;

  for (;;) {
    if (call.signal.aborted) return;
    if (query.isInterrupted) return giveUp(call, 'stream_interrupted', null);
    const choice = await deps.choose.forQuery(query, unavailable);
    if (choice.do === 'stop')
      return giveUp(call, choice.code, stopDetail(choice.code, choice.retryAtMs, deps.clock()));
    if (choice.do === 'ask') {
      await deps.questions.settle(query, choice, deps.settings.read().fallback.capUsdPerDay, call.signal);
      continue;
    }
    if (isDelegatedKind(choice.credential.kind)) return handOver(call);
    if (attempts === mostAttempts) return giveUp(call, 'no_working_credential', null);

    const { credential } = choice;
    const repaired = refreshed?.id === credential.id ? refreshed : null;
    let proof: CredentialProof;
    try {
      proof = await deps.readProof(credential, repaired?.version ?? null);
    } catch (error) {
      unavailable.set(credential.id, unavailableBecause(error, deps.log));
      continue;
    }
    if (call.signal.aborted) return;
    deps.switches.use(query, credential, choice.reason, choice.preferred);

    attempts += 1;
    const answer = await sendOnce(deps, call, proof);
    if (answer === null) return;
    if (answer.status >= 200 && answer.status < 300) {
      const own = await ownAnswer(deps, call, answer);
      return own === null ? undefined : await forward(deps, call, choice, proof, own);
    }

    const prefix = await readPrefix(answer.body, refusalBodyLimit);
    if (!isServiceRefusal(answer.status, answer.headers, prefix.bytes.toString())) {
      drop(answer, prefix);
      return giveUpForeign(deps, call, answer);
    }
    deps.limits.note(credential.id, answer.headers, query);
    const refusal = classifyRefusal({
      kind: proof.kind,
      status: answer.status,
      headers: answer.headers,
      body: prefix.bytes.toString(),
      nowMs: deps.clock(),
    });
    if (refusal.meaning === 'expired_or_rejected_token' && proof.kind === 'oauth' && refreshed === null) {
      refreshed = { id: proof.id, version: proof.version };
      drop(answer, prefix);
      continue;
    }
    const isPassedOn = await settleRefusal(deps, {
      query,
      unavailable,
      credential,
      proof,
      refusal,
      wasRefreshed: repaired !== null,
    });
    if (isPassedOn) {
      query.listener.onPassedThrough(passedThroughCode(refusal.meaning), answer.status);
      return await passThrough(call.response, answer, prefix);
    }
    drop(answer, prefix);
  }
}

/** One attempt; null where no answer came and the program was told. */
async function sendOnce(
  deps: ServeCallDeps,
  call: Call,
  proof: CredentialProof,
): Promise<UpstreamAnswer | null> {
  const { query, response } = call;
  try {
    const answer = await deps.send({
      method: 'POST',
      target: call.target,
      headers: upstreamHeaders(call.headers, proof.header()),
      body: call.body,
      signal: call.signal,
    });
    query.failedConnections = 0;
    return answer;
  } catch (error) {
    if (call.signal.aborted) return null;
    deps.log(`no answer from the service: ${loggableError(error)}`);
    if (mayHaveBeenPaid(error)) {
      giveUp(call, 'stream_interrupted', unreadableDetail);
      return null;
    }
    query.failedConnections += 1;
    query.listener.onPassedThrough('upstream_unavailable', 503);
    const mayRetry = query.failedConnections <= toleratedConnections;
    sendOwnAnswer(response, { status: 503, code: 'upstream_unavailable', mayRetry });
    return null;
  }
}

/** The answer, if it is the service's own; null where it was not, and the program was told. */
async function ownAnswer(
  deps: ServeCallDeps,
  call: Call,
  answer: UpstreamAnswer,
): Promise<UpstreamAnswer | null> {
  const shape = call.isPaid ? 'message' : 'token_count';
  const { decision, body } = await readBeginning(answer.body, (bytes, isWhole) => {
    const found = recognizeAnswer({ shape, headers: answer.headers, bytes, isWhole });
    return found === 'undecided' ? undefined : found;
  });
  if (decision !== 'foreign') return { ...answer, body };
  body.destroy();
  giveUpForeign(deps, call, answer);
  return null;
}

/** Something else answered. It says nothing of the credential, and another one would not reach further. */
function giveUpForeign({ log }: ServeCallDeps, call: Call, { status, headers }: UpstreamAnswer): void {
  log(`an answer that is not the service's: ${status}, ${kindOfContent(headers)}`);
  giveUp(call, 'not_the_service', null);
}

async function forward(
  deps: ServeCallDeps,
  call: Call,
  choice: Use,
  proof: CredentialProof,
  answer: UpstreamAnswer,
): Promise<void> {
  const { credential, reason } = choice;
  const { query, response, isPaid } = call;
  const forwarded = forwardAnswer(query, response, { answer, credential, reason, isPaid });
  // After the headers are on their way: keeping notes must not cost the first byte.
  setImmediate(() => void keepNotes(deps, call, proof, answer));
  await forwarded;
}

async function keepNotes(
  deps: ServeCallDeps,
  { query }: Call,
  proof: CredentialProof,
  answer: UpstreamAnswer,
): Promise<void> {
  try {
    deps.limits.note(proof.id, answer.headers, query.signal.aborted ? null : query);
    await deps.board.noteAccepted(proof.id, proof.proof);
  } catch (error) {
    deps.log(`notes of an answer not kept: ${loggableError(error)}`);
  }
}

/** 403, never 401: the program would repeat it for minutes. The query ends under the code, whatever the program makes of it. */
function giveUp({ query, response, signal }: Call, code: ErrorCode, detail: string | null): void {
  if (signal.aborted) return;
  query.listener.onGivenUp(code, detail);
  sendOwnAnswer(response, { status: 403, code, detail, mayRetry: false });
}

/** Another program's sign-in is next: the query goes on there, in another child. */
function handOver({ query, response, signal }: Call): void {
  if (signal.aborted) return;
  query.listener.onHandOver?.();
  const detail = 'Another sign-in goes on with it.';
  sendOwnAnswer(response, { status: 403, code: 'no_working_credential', detail, mayRetry: false });
}

/** A refusal that is not passed on: its connection is kept only if it was read to the end. */
function drop(answer: UpstreamAnswer, prefix: Prefix): void {
  if (!prefix.isWhole) answer.body.destroy();
}
