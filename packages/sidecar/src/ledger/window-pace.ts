import type { UsageWindow } from '@postern/contract';

/** What a window is named after: its length, and the one model it is about. */
interface NamedWindow {
  /** Ms; null where the name does not say. */
  readonly lengthMs: number | null;
  readonly model: string | null;
}

const hourMs = 3_600_000;
const unitMs: Readonly<Record<string, number>> = { hour: hourMs, day: 24 * hourMs };
const numbers: Readonly<Record<string, number>> = { one: 1, five: 5, seven: 7, thirty: 30 };
/** A model's part of a name. Source: the Agent SDK's rate-limit types, `seven_day_opus`, `seven_day_sonnet`. */
const models: readonly string[] = ['opus', 'sonnet', 'haiku', 'fable'];

/** Less than this of a window's time or use says nothing of how it will go on. */
const tooLittle = 0.02;

/**
 * How fast a window is used up, from its last reading. `used` and `elapsed` are 0 to 1; `runsOutAt` is when it would be empty at the mean
 * pace so far, null where it would outlast its reset. Null where the reading does not say enough. Pure.
 */
export function windowPace(
  reading: Pick<UsageWindow, 'window' | 'utilization' | 'resetsAt'>,
  seenAtMs: number,
): Pick<UsageWindow, 'model' | 'pace'> {
  const { lengthMs, model } = namedWindow(reading.window);
  const { utilization: used, resetsAt } = reading;
  const resetsAtMs = resetsAt === null ? Number.NaN : Date.parse(resetsAt);
  if (lengthMs === null || used === null || !(resetsAtMs > seenAtMs)) return { model, pace: null };
  const startedAtMs = resetsAtMs - lengthMs;
  const elapsed = (seenAtMs - startedAtMs) / lengthMs;
  // A reset further away than the window is long: the name or the clock is not what we think.
  if (elapsed < 0 || used < 0) return { model, pace: null };
  return { model, pace: { elapsed, used, runsOutAt: runsOutAt() } };

  function runsOutAt(): string | null {
    if (used === null || elapsed < tooLittle || used < tooLittle) return null;
    const atMs = used >= 1 ? seenAtMs : startedAtMs + (seenAtMs - startedAtMs) / used;
    return atMs < resetsAtMs ? new Date(Math.round(atMs)).toISOString() : null;
  }
}

function namedWindow(window: string): NamedWindow {
  const [, number = '', unit = '', rest = ''] = /^([a-z]+)_(hour|day)(?:_(.+))?$/.exec(window) ?? [];
  const count = Object.hasOwn(numbers, number) ? numbers[number] : undefined;
  const model = models.includes(rest) ? rest : null;
  return { lengthMs: count === undefined ? null : count * (unitMs[unit] ?? 0), model };
}
