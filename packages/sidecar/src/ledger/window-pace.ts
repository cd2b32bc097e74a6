import type { UsageWindow } from '@postern/contract';
import { modelOfWindow } from '../credentials/index.ts';

/** Use of a window at a time: Unix ms, and 0 to 1. */
export interface Sample {
  readonly atMs: number;
  readonly used: number;
}

/** What a window is named after: its length, and the one model it is about. */
interface NamedWindow {
  /** Ms; null where the name does not say. */
  readonly lengthMs: number | null;
  readonly model: string | null;
}

const hourMs = 3_600_000;
const unitMs: Readonly<Record<string, number>> = { hour: hourMs, day: 24 * hourMs };
const numbers: Readonly<Record<string, number>> = { one: 1, five: 5, seven: 7, thirty: 30 };

/** Less than this of a window's time or use says nothing of how it will go on. */
const tooLittle = 0.02;
/** Readings come in whole percent: each may be half of one off. */
const readingError = 0.005;

/**
 * How fast a window is used up, from its last reading. `used` and `elapsed` are 0 to 1; `runsOutAt` is when it would be empty at the mean
 * pace so far, null where it would outlast its reset. How sure that is: `runsOutBetween` spans the mean pace and the pace since the
 * earliest of `samples`, each with the error of its readings, and `outlook` says it in a word. Null where the reading does not say enough.
 * Pure.
 */
export function windowPace(
  reading: Pick<UsageWindow, 'window' | 'utilization' | 'resetsAt'>,
  seenAtMs: number,
  samples: readonly Sample[] = [],
): Pick<UsageWindow, 'model' | 'pace'> {
  const { lengthMs, model } = namedWindow(reading.window);
  const { utilization: used, resetsAt } = reading;
  const resetsAtMs = resetsAt === null ? Number.NaN : Date.parse(resetsAt);
  if (lengthMs === null || used === null || !(resetsAtMs > seenAtMs)) return { model, pace: null };
  const startedAtMs = resetsAtMs - lengthMs;
  const elapsed = (seenAtMs - startedAtMs) / lengthMs;
  // A reset further away than the window is long: the name or the clock is not what we think.
  if (elapsed < 0 || used < 0) return { model, pace: null };
  if (elapsed < tooLittle || used < tooLittle)
    return { model, pace: { elapsed, used, runsOutAt: null, outlook: 'unknown', runsOutBetween: null } };
  const runsOutMs = used >= 1 ? seenAtMs : startedAtMs + (seenAtMs - startedAtMs) / used;
  const runsOutAt = runsOutMs < resetsAtMs ? instantOf(runsOutMs) : null;
  const bounds = runOutBounds({ startedAtMs, seenAtMs, used, lengthMs }, samples);
  if (bounds.fromMs >= resetsAtMs)
    return { model, pace: { elapsed, used, runsOutAt, outlook: 'lasts', runsOutBetween: null } };
  const to = bounds.toMs < resetsAtMs ? instantOf(bounds.toMs) : null;
  return {
    model,
    pace: {
      elapsed,
      used,
      runsOutAt,
      outlook: to === null ? 'may_run_out' : 'runs_out',
      runsOutBetween: { from: instantOf(bounds.fromMs), to },
    },
  };
}

/** How long a window of that name is, ms; null where the name does not say. */
export function windowLengthMs(window: string): number | null {
  return namedWindow(window).lengthMs;
}

/** The earliest and the latest time at which it is empty, Unix ms; the latest may be infinite. */
function runOutBounds(
  at: {
    readonly startedAtMs: number;
    readonly seenAtMs: number;
    readonly used: number;
    readonly lengthMs: number;
  },
  samples: readonly Sample[],
): { readonly fromMs: number; readonly toMs: number } {
  const { startedAtMs, seenAtMs, used, lengthMs } = at;
  if (used >= 1) return { fromMs: seenAtMs, toMs: seenAtMs };
  const passedMs = seenAtMs - startedAtMs;
  const paces = [(used - readingError) / passedMs, (used + readingError) / passedMs];
  const [earliest] = samples;
  if (earliest !== undefined && seenAtMs - earliest.atMs >= lengthMs * tooLittle) {
    const growth = used - earliest.used;
    for (const error of [-2 * readingError, 2 * readingError])
      paces.push((growth + error) / (seenAtMs - earliest.atMs));
  }
  const [slowest, fastest] = [Math.min(...paces), Math.max(...paces)];
  return {
    fromMs: seenAtMs + (1 - used) / fastest,
    toMs: slowest > 0 ? seenAtMs + (1 - used) / slowest : Number.POSITIVE_INFINITY,
  };
}

function instantOf(ms: number): string {
  return new Date(Math.round(ms)).toISOString();
}

function namedWindow(window: string): NamedWindow {
  const [, number = '', unit = '', rest = ''] = /^([a-z]+)_(hour|day)(?:_(.+))?$/.exec(window) ?? [];
  const count = Object.hasOwn(numbers, number) ? numbers[number] : undefined;
  const model = rest === '' ? null : modelOfWindow(window);
  return { lengthMs: count === undefined ? null : count * (unitMs[unit] ?? 0), model };
}
