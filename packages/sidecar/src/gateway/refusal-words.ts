import type { ErrorCode } from '@postern/contract';
import { retryAtMs } from '../credentials/index.ts';
import { wordsOfService } from '../secret/index.ts';
import { type HeaderRecord, headerValue, type PassedThrough } from '../selection/index.ts';
import type { RefusalMeaning } from './classify-refusal.ts';
import { wordsOfCode } from './refusal-codes.ts';

/** A refusal that is put into words. */
export interface ToldRefusal {
  readonly meaning: RefusalMeaning;
  /** The service's own, where it gave one that is known. */
  readonly code?: string | undefined;
  readonly status: number;
  readonly headers: HeaderRecord;
  /** Its beginning, decoded. */
  readonly body: string;
  readonly nowMs: number;
}

const longestWaitMs = 24 * 3_600_000;

/**
 * The code a query ends under when this was the last answer it got, the service's own reason, and when it may be sent again. The type counts
 * before the status, and a message is read only where the service has no type for what it means. Pure.
 * Source: platform.claude.com/docs/en/api/errors, November 2026.
 */
export function refusalWords(refusal: ToldRefusal): PassedThrough & { readonly code: ErrorCode } {
  const { status, headers, nowMs } = refusal;
  const { type, message } = errorOf(refusal.body);
  const waits = status === 429 || status === 503 || status === 529;
  return {
    code: codeOf(refusal, type, message.toLowerCase()),
    detail: wordsOfCode(refusal.code ?? '') ?? wordsOfService(message),
    retryAtMs: waits ? retryAtMs((name) => headerValue(headers, name), nowMs, longestWaitMs) : null,
  };
}

/**
 * Why a refusal that is settled here ended the query, where what to do follows from the reason alone: then there is always one. Null for
 * others, whose rows of the error table say it all. Pure.
 */
export function settledWords(refusal: ToldRefusal): string | null {
  const { meaning, status } = refusal;
  if (meaning !== 'money' && meaning !== 'account_fault') return null;
  return refusalWords(refusal).detail ?? `The service gave no reason (status ${status}).`;
}

function codeOf({ meaning, status }: ToldRefusal, type: string, message: string): ErrorCode {
  if (meaning === 'throttled') return 'upstream_throttled';
  if (type === 'overloaded_error' || status === 529) return 'upstream_overloaded';
  if (meaning === 'transient') return 'upstream_unavailable';
  if (/prompt is too long|exceeds? (?:the )?(?:maximum )?context/.test(message)) return 'prompt_too_long';
  if (type === 'request_too_large' || status === 413) return 'request_too_large';
  if (status === 404 && (type === 'model_not_found' || /\bmodel\b/.test(message))) return 'model_not_found';
  return 'upstream_refused';
}

function errorOf(body: string): { readonly type: string; readonly message: string } {
  const outer = fieldsOf(parsed(body));
  const { error } = outer;
  const inner = fieldsOf(error);
  const details = fieldsOf(inner['details']);
  const message = inner['message'] ?? outer['error_description'] ?? outer['message'] ?? error;
  return {
    type: textOf(details['error_code'] ?? inner['error_code'] ?? inner['type'] ?? error),
    message: textOf(message),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
