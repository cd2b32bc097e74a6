import { type Choice, type Clock, modelLine } from '../credentials/index.ts';
import { isUnsentError, loggableError } from '../errors/index.ts';
import {
  isDelegatedKind,
  type RejectedToken,
  type ResolvedCredential,
  type Selection,
  type Unavailability,
  worthRetryingAtMs,
} from '../selection/index.ts';
import { type Call, giveUp, handOver } from './call.ts';
import type { BoundedRequest } from './call-bound.ts';
import { type ChargedCall, chargeCall } from './charged-call.ts';
import { classifyRefusal, type Refusal } from './classify-refusal.ts';
import { mayHaveBeenPaid } from './connection-reuse.ts';
import { type Forwarded, forwardAnswer, pauseBeforeRepeat } from './forward-answer.ts';
import { boundTokenOf, upstreamHeaders } from './forwarded-headers.ts';
import { holdOverage } from './overage-hold.ts';
import { sendOwnAnswer } from './own-answers.ts';
import { passThrough } from './pass-through.ts';
import { readBeginning } from './read-beginning.ts';
import { type Prefix, readPrefix } from './read-body.ts';
import { refusalWords, settledWords } from './refusal-words.ts';
import { isServiceRefusal, kindOfContent, recognizeAnswer, textOfAnswer } from './service-answer.ts';
import { settleRefusal } from './settle-refusal.ts';
import type { SendUpstream, UpstreamAnswer } from './upstream.ts';
import { type Attempt, type ForcedRefresh, withForcedRefresh } from './with-forced-refresh.ts';

/** What serving a call takes. */
export interface ServeCallDeps {
  readonly selection: Selection;
  readonly send: SendUpstream;
  readonly clock: Clock;
  readonly log: (line: string) => void;
}

const mostAttempts = 3;
const refusalBodyLimit = 64 * 1024;
/** A short break of the network is survived by the program's own back-off; a third failure in a row ends the query. */
const toleratedConnections = 2;

const unreadableDetail =
  'No answer came that can be read. The call may have been worked on and paid for, so it was not sent again.';

type Use = Extract<Choice, { do: 'use' }>;

/** What is known of a call while it is served. */
interface Progress {
  /** Credentials found unavailable while this call was served. */
  readonly unavailable: Map<string, Unavailability>;
  readonly refresh: ForcedRefresh;
  attempts: number;
  /** An answer broke off before anything of it was seen, and the call was sent once more. */
  wasRepeated: boolean;
  /** Why the service refused it last, where the user can act on that. */
  detail: string | null;
}

/** An answer of the service, before a byte of it was forwarded. */
interface AnsweredAttempt extends Attempt {
  readonly choice: Use;
  /** Null for what costs nothing, and where the answer is not good. */
  readonly charged: ChargedCall | null;
  readonly answer: UpstreamAnswer;
  /** Of its credential, when it was sent. */
  readonly refusalsBefore: number;
  /** Null where the answer is good. */
  readonly refused: { readonly refusal: Refusal; readonly prefix: Prefix } | null;
}

/**
 * Serves one model call: puts on the credential that the policy names, repairs what can be repaired before the first byte of
 * an answer, and streams the answer through. At most one refresh and three upstream attempts; the same bytes each time.
 */
export async function serveCall(deps: ServeCallDeps, call: Call): Promise<void> {
  const progress: Progress = {
    unavailable: new Map(),
    refresh: { rejected: null },
    attempts: 0,
    wasRepeated: false,
    detail: null,
  };
  for (;;) {
    const attempt = await withForcedRefresh(progress.refresh, (rejected) =>
      attemptCall(deps, call, progress, rejected),
    );
    if (attempt === null) return;
    const { answer, choice, refused, resolved } = attempt;
    if (refused === null) {
      const mayRepeat = !progress.wasRepeated && progress.attempts < mostAttempts && call.fitsTwice();
      if ((await forward(deps, call, attempt, mayRepeat)) === 'done') return;
      progress.wasRepeated = true;
      await pauseBeforeRepeat(call.signal);
      continue;
    }
    const { refusal, prefix } = refused;
    const isPassedOn = await settleRefusal(deps, {
      query: call.query,
      unavailable: progress.unavailable,
      credential: choice.credential,
      resolved,
      refusal,
      wasRefreshed: progress.refresh.rejected?.id === choice.credential.id,
    });
    const { status, headers } = answer;
    const body = textOfAnswer(prefix.bytes, headers);
    const told = { ...refusal, status, headers, body, nowMs: deps.clock() };
    if (isPassedOn) {
      const { code, ...more } = refusalWords(told);
      call.query.listener.onPassedThrough(code, status, more);
      return await passThrough(call.response, answer, prefix);
    }
    progress.detail = settledWords(told);
    drop(answer, prefix);
  }
}

/** Acquires a credential and sends the call with it once; null where that was not possible and the program was answered, or is gone. */
async function attemptCall(
  deps: ServeCallDeps,
  call: Call,
  progress: Progress,
  rejected: RejectedToken | null,
): Promise<AnsweredAttempt | null> {
  const { query, signal } = call;
  if (signal.aborted) return null;
  if (query.isInterrupted) return giveUp(call, 'stream_interrupted', null);
  const { unavailable } = progress;
  const isSpent = progress.attempts === mostAttempts;
  const choice = await deps.selection.acquire(query.state, {
    unavailable,
    rejected,
    dryRun: isSpent,
    signal,
    queryOver: query.signal,
    model: modelLine(call.request?.model ?? null),
    onWaited: () => {
      progress.attempts = 0;
    },
  });
  if (choice.do === 'stop')
    return giveUp(call, choice.code, progress.detail, worthRetryingAtMs(choice.code, choice.retryAtMs));
  if (choice.do !== 'use' || signal.aborted) return null;
  // Another answer of the query may have broken off while the user was asked.
  if (query.isInterrupted) return giveUp(call, 'stream_interrupted', null);
  const { credential, resolved } = choice;
  if (isDelegatedKind(credential.kind)) return handOver(call);
  if (resolved === null) return giveUp(call, 'no_working_credential', null);
  const written = await admitted(deps, call, choice, call.request);
  if (written === null) return null;
  const { charged } = written;
  deps.selection.switches.use(query.state, credential, choice.reason, choice.preferred);

  progress.attempts += 1;
  const refusalsBefore = deps.selection.status.refusals(credential.id);
  const answer = await sendOnce(deps, call, resolved, charged);
  if (answer === null) return null;
  if (answer.status >= 200 && answer.status < 300) {
    if (await isOwnAnswer(deps, call, answer))
      return { ...{ choice, charged, resolved, answer, refusalsBefore, refused: null }, ...notRejected };
    charged?.notCharged();
    return null;
  }

  charged?.notCharged();
  const prefix = await readPrefix(answer.body, refusalBodyLimit);
  if (!isServiceRefusal(answer.status, answer.headers, textOfAnswer(prefix.bytes, answer.headers))) {
    drop(answer, prefix);
    giveUpForeign(deps, call, answer);
    return null;
  }
  const refusal = classifyRefusal({
    kind: resolved.kind,
    status: answer.status,
    headers: answer.headers,
    body: textOfAnswer(prefix.bytes, answer.headers),
    nowMs: deps.clock(),
  });
  // Where the service says by its code that it is about money, no window of a plan is used up, whatever the headers repeat.
  if (refusal.meaning !== 'money' || refusal.code === undefined)
    deps.selection.usageLimits.note(credential.id, answer.headers, query.state);
  const isTokenRejected = refusal.meaning === 'expired_or_rejected_token';
  const refused = { refusal, prefix };
  const discard = (): void => drop(answer, prefix);
  return { choice, charged: null, resolved, answer, refusalsBefore, refused, isTokenRejected, discard };
}

const notRejected = { isTokenRejected: false, discard: () => undefined };

/** The call in the ledger, before it is sent; null where it must not be sent and the program has its error, or is gone. */
async function admitted(
  deps: ServeCallDeps,
  call: Call,
  choice: Use,
  request: BoundedRequest | null,
): Promise<{ readonly charged: ChargedCall | null } | null> {
  if (request === null) return { charged: null };
  const admission = await chargeCall(deps.selection.spending, call, choice, request);
  if ('charged' in admission) return admission;
  return admission.code === null ? null : giveUp(call, admission.code, admission.detail);
}

/** One attempt; null if no answer came and the program has its error. */
async function sendOnce(
  deps: ServeCallDeps,
  call: Call,
  resolved: ResolvedCredential,
  charged: ChargedCall | null,
): Promise<UpstreamAnswer | null> {
  const { query, response } = call;
  try {
    const answer = await deps.send({
      method: call.lookup === undefined ? 'POST' : 'GET',
      target: call.target,
      headers: upstreamHeaders(call.headers, resolved),
      boundToken: boundTokenOf(resolved),
      body: call.lookup === undefined ? call.body : null,
      signal: call.signal,
      onSent: () => charged?.sent(),
    });
    query.failedConnections = 0;
    return answer;
  } catch (error) {
    // Cancelled or cut off: unless it never left, it may have been worked on.
    if (isUnsentError(error)) charged?.notCharged();
    else charged?.notReported();
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

/** Whether the answer is the service's own; if not, the program has its error. */
async function isOwnAnswer(deps: ServeCallDeps, call: Call, answer: UpstreamAnswer): Promise<boolean> {
  const shape = call.lookup ?? (call.isPaid ? 'message' : 'token_count');
  const decision = await readBeginning(answer.body, (bytes, isWhole) => {
    const found = recognizeAnswer({ shape, headers: answer.headers, bytes, isWhole });
    return found === 'undecided' ? undefined : found;
  });
  if (decision !== 'foreign') return true;
  answer.body.destroy();
  giveUpForeign(deps, call, answer);
  return false;
}

/** Something else answered. It says nothing of the credential, and another one would not reach further. */
function giveUpForeign({ log }: ServeCallDeps, call: Call, { status, headers }: UpstreamAnswer): void {
  log(`an answer that is not the service's: ${status}, ${kindOfContent(headers)}`);
  giveUp(call, 'not_the_service', null);
}

async function forward(
  deps: ServeCallDeps,
  call: Call,
  attempt: AnsweredAttempt,
  mayRepeat: boolean,
): Promise<Forwarded> {
  const { charged, answer } = attempt;
  holdOverage(deps, call.query.state, call.request?.model ?? null, attempt);
  const forwarded = forwardAnswer(call.query, call.response, { answer, charged, mayRepeat });
  // After the headers are on their way: keeping notes must not cost the first byte.
  setImmediate(() => void keepNotes(deps, call, attempt));
  return await forwarded;
}

async function keepNotes(
  deps: ServeCallDeps,
  { query }: Call,
  { resolved: { id, fingerprint }, answer, refusalsBefore }: AnsweredAttempt,
): Promise<void> {
  const { status, usageLimits } = deps.selection;
  // A limit that was met since is newer than what this answer says.
  if (refusalsBefore !== status.refusals(id)) return;
  try {
    usageLimits.note(id, answer.headers, query.signal.aborted ? null : query.state);
    await status.noteAccepted(id, fingerprint, refusalsBefore);
  } catch (error) {
    deps.log(`notes of an answer not kept: ${loggableError(error)}`);
  }
}

/** A refusal that is not passed on: its connection is kept only if it was read to the end. */
function drop(answer: UpstreamAnswer, prefix: Prefix): void {
  if (!prefix.isWhole) answer.body.destroy();
}
