import type { ErrorCode } from '@postern/contract';
import { retryAtMs } from '../credentials/index.ts';
import { wordsOfService } from '../secret/index.ts';
import { type HeaderRecord, headerValue, type PassedThrough } from '../selection/index.ts';
import type { RefusalMeaning } from './classify-refusal.ts';

/** A refusal that is passed on to the program. */
export interface PassedRefusal {
  readonly meaning: RefusalMeaning;
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
export function refusalWords(refusal: PassedRefusal): PassedThrough & { readonly code: ErrorCode } {
  const { status, headers, nowMs } = refusal;
  const { type, message } = errorOf(refusal.body);
  const waits = status === 429 || status === 503 || status === 529;
  return {
    code: codeOf(refusal, type, message.toLowerCase()),
    detail: wordsOfService(message),
    retryAtMs: waits ? retryAtMs((name) => headerValue(headers, name), nowMs, longestWaitMs) : null,
  };
}

function codeOf({ meaning, status }: PassedRefusal, type: string, message: string): ErrorCode {
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
