import { modelOfWindow, retryAtMs } from '../credentials/index.ts';
import { type HeaderRecord, headerValue, readUnifiedLimits, type UnifiedLimits } from '../selection/index.ts';
import { refusalCode } from './refusal-codes.ts';

/** An answer that is no 2xx, before a byte of it was forwarded. `body` is at most the first 64 KiB. */
export interface RefusedAnswer {
  /** Which kind of credential was put on. */
  readonly kind: 'oauth' | 'api_key';
  readonly status: number;
  readonly headers: HeaderRecord;
  readonly body: string;
  readonly nowMs: number;
}

/** What a refused request means for the credential that was put on it. */
export type RefusalMeaning =
  | 'expired_or_rejected_token'
  | 'scope'
  | 'not_allowed_for_organization'
  | 'bad_key'
  | 'policy'
  | 'money'
  | 'account_fault'
  | 'usage_limit'
  | 'throttled'
  | 'transient'
  | 'request_fault'
  | 'unknown';

/**
 * The meaning, and the service's own code for it where it gave one that is known. A limit says which window is used up and until when (Unix ms,
 * null if unknown), and which models it is about, where it is not about all.
 */
export type Refusal =
  | { readonly meaning: Exclude<RefusalMeaning, 'usage_limit'>; readonly code?: string }
  | {
      readonly meaning: 'usage_limit';
      readonly window: string;
      readonly model: string | null;
      readonly resetsAtMs: number | null;
    };

interface Signs {
  readonly kind: 'oauth' | 'api_key';
  readonly status: number;
  /** `WWW-Authenticate` in lower case, or empty. */
  readonly challenge: string;
  /** `error.details.error_code` or `error.error_code`; empty where there is none. */
  readonly code: string;
  /** RFC 6749 error word, or `error.type` of the vendor's shape; empty where there is none. */
  readonly error: string;
  /** Lower case; of a JSON body only. */
  readonly message: string;
  readonly isBare: boolean;
  readonly limits: UnifiedLimits | null;
}

interface Row {
  readonly when: (signs: Signs) => boolean;
  readonly means: RefusalMeaning;
}

/** No plan window is longer than a week. */
const longestResetMs = 8 * 24 * 3_600_000;

const refusals = new Set([401, 403]);
const isOAuthRefusal = ({ kind, status }: Signs): boolean => kind === 'oauth' && refusals.has(status);

/**
 * The rows in the order they are tried; the first that fits counts, and the header before the body.
 * Source: RFC 6750, section 3.1, and RFC 9449, section 7.1, for the challenge; the vendor's two error bodies, docs/anthropic-oauth.md, November 2026.
 */
const rows: readonly Row[] = [
  { when: (s) => isOAuthRefusal(s) && s.challenge.includes('insufficient_scope'), means: 'scope' },
  // The proof beside the token, after the repeat that mends a nonce or a clock: a newer token would fare no better.
  {
    when: (s) => isOAuthRefusal(s) && /\b(?:invalid_dpop_proof|use_dpop_nonce)\b/.test(s.challenge),
    means: 'account_fault',
  },
  {
    when: (s) => isOAuthRefusal(s) && s.challenge.includes('invalid_token'),
    means: 'expired_or_rejected_token',
  },
  {
    when: (s) => s.status >= 400 && s.status <= 403 && /only (?:be )?authorized for use with/.test(s.message),
    means: 'policy',
  },
  {
    when: (s) =>
      isOAuthRefusal(s) &&
      (s.error === 'insufficient_scope' || /insufficient[_ ]scope|\bscope requirements?\b/.test(s.message)),
    means: 'scope',
  },
  {
    // The word OAuth is asked for: "model X is not allowed for this organization" is not about the credential.
    when: (s) =>
      isOAuthRefusal(s) &&
      /\boauth\b.*\b(?:not (?:currently )?(?:supported|allowed|permitted|enabled|available)|disabled)\b/.test(
        s.message,
      ),
    means: 'not_allowed_for_organization',
  },
  { when: (s) => s.status === 401 && s.kind === 'api_key', means: 'bad_key' },
  { when: (s) => s.status === 401, means: 'expired_or_rejected_token' },
  {
    when: (s) =>
      isOAuthRefusal(s) &&
      (s.isBare ||
        s.error === 'invalid_token' ||
        s.error === 'authentication_error' ||
        /\btoken\b.*\b(?:revoked|expired)\b/.test(s.message)),
    means: 'expired_or_rejected_token',
  },
  { when: (s) => s.status === 402, means: 'money' },
  {
    when: (s) =>
      (s.status === 400 &&
        /\bcredits?\b|\bbilling\b|\bextra usage\b|\bpayment (?:method|required)\b/.test(s.message)) ||
      ((s.status === 400 || s.status === 403) && s.error === 'billing_error'),
    means: 'money',
  },
  {
    // A 429 whose unified status still allows is the ordinary brake, not the plan's end.
    when: (s) =>
      s.status === 429 &&
      s.limits !== null &&
      !['allowed', 'allowed_warning'].includes(s.limits.status ?? ''),
    means: 'usage_limit',
  },
  { when: (s) => s.status === 429, means: 'throttled' },
  { when: (s) => s.status >= 500 || s.status === 408 || s.status === 407, means: 'transient' },
  { when: (s) => s.status >= 400, means: 'request_fault' },
];

/** What a refused request means. Unknown is an answer, and it means: nothing is tried because of it. Pure. */
export function classifyRefusal(answer: RefusedAnswer): Refusal {
  const limits = readUnifiedLimits(answer.headers);
  const signs = signsOf(answer, limits);
  const known = refusalCode(signs.code);
  if (known !== null) return { meaning: known.means, code: signs.code };
  const meaning = rows.find((row) => row.when(signs))?.means ?? 'unknown';
  if (meaning !== 'usage_limit') return { meaning };
  const usedUp = limits?.windows.find(({ status }) => status === 'rejected');
  const retryAt = retryAtMs((name) => headerValue(answer.headers, name), answer.nowMs, longestResetMs);
  const window = limits?.deciding ?? usedUp?.window ?? 'plan';
  return {
    meaning,
    window,
    model: modelOfWindow(window),
    resetsAtMs: limits?.resetsAtMs ?? usedUp?.resetsAtMs ?? retryAt,
  };
}

function signsOf({ kind, status, headers, body }: RefusedAnswer, limits: UnifiedLimits | null): Signs {
  const { code, error, message } = errorOf(body);
  const challenge = headerValue(headers, 'www-authenticate')?.toLowerCase() ?? '';
  return { kind, status, challenge, code, error, message, isBare: body.trim() === '', limits };
}

/** Both shapes: `{error:"…",error_description}` and `{type:"error",error:{type,message}}`. Anything else says nothing. */
function errorOf(body: string): Pick<Signs, 'code' | 'error' | 'message'> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return { code: '', error: '', message: '' };
  }
  const outer = fieldsOf(parsed);
  const inner = fieldsOf(outer['error']);
  const texts = [inner['message'], outer['error_description'], outer['message']];
  return {
    code: textOf(fieldsOf(inner['details'])['error_code']) || textOf(inner['error_code']),
    error: textOf(outer['error']) || textOf(inner['type']),
    message: texts.map(textOf).join(' ').trim(),
  };
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value.toLowerCase() : '';
}
