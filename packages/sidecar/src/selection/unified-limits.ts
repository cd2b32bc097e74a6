import { type HeaderRecord, headerValue } from './header-record.ts';

/** One plan window as an answer's headers describe it. `utilization` 0 to 1; `resetsAtMs` Unix ms. */
export interface WindowReading {
  readonly window: string;
  readonly utilization: number | null;
  readonly resetsAtMs: number | null;
  readonly status: string;
}

/** The unified rate-limit headers of one answer. */
export interface UnifiedLimits {
  readonly status: string | null;
  /** The window that applies now, or null if the headers do not say. */
  readonly deciding: string | null;
  readonly windows: readonly WindowReading[];
  /** Unix ms at which the deciding window resets, or null. */
  readonly resetsAtMs: number | null;
  /** Of a good answer: the plan is used up, and it was paid as extra usage. */
  readonly isUsingOverage: boolean;
}

const prefix = 'anthropic-ratelimit-unified-';
const names: Readonly<Record<string, string>> = { '5h': 'five_hour', '7d': 'seven_day' };

/**
 * Reads the unified headers; null where there are none (an API key, another service).
 * Source: docs/anthropic-oauth.md; read in @anthropic-ai/claude-agent-sdk 0.3.330.
 */
export function readUnifiedLimits(headers: HeaderRecord): UnifiedLimits | null {
  const own = Object.keys(headers).filter((name) => name.startsWith(prefix));
  if (own.length === 0) return null;
  const value = (name: string): string | null => headerValue(headers, `${prefix}${name}`);
  const status = value('status');
  const deciding = value('representative-claim');
  // A bare status is no window: `overage-status` says whether extra usage may be bought, with every good answer.
  const shorts = new Set(
    own.flatMap((name) => /^([\w-]{1,40})-(?:utilization|reset)$/.exec(name.slice(prefix.length))?.[1] ?? []),
  );
  const windows = [...shorts].map((short): WindowReading => {
    const window = windowName(short);
    const decides = window === deciding;
    return {
      window,
      utilization: numberOf(value(`${short}-utilization`)),
      resetsAtMs: instantOf(value(`${short}-reset`)),
      status: value(`${short}-status`) ?? (decides ? status : null) ?? 'allowed',
    };
  });
  const decider = windows.find(({ window }) => window === deciding);
  // As the program decides it (2.1.332).
  const isUsingOverage = status === 'rejected' && (value('overage-status') ?? '').startsWith('allowed');
  return {
    ...{ status, deciding, windows, isUsingOverage },
    resetsAtMs: decider?.resetsAtMs ?? instantOf(value('reset')),
  };
}

function windowName(short: string): string {
  const [first = '', ...rest] = short.split('_');
  const name = names[first];
  return name === undefined ? short : [name, ...rest].join('_');
}

function numberOf(text: string | null): number | null {
  if (text === null || !/^\d+(\.\d+)?$/.test(text.trim())) return null;
  return Number(text);
}

function instantOf(text: string | null): number | null {
  const seconds = numberOf(text);
  // Unix seconds; anything past the year 2286 is no reset but a unit mistaken.
  return seconds === null || seconds > 9_999_999_999 ? null : seconds * 1000;
}
