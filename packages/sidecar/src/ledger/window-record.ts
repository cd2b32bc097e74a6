import type { UsageNotice, UsageWindow } from '@postern/contract';
import { type Sample, windowLengthMs } from './window-pace.ts';

/** A reading as it comes in. */
export type Reading = Omit<UsageWindow, 'seenAt' | 'ageSeconds' | 'model' | 'source' | 'pace'>;

/** What is kept of a window: its last reading, which notices were given for it, and how its use grew. */
export interface WindowRecord extends Reading {
  /** The highest threshold of which a notice was given; 0: none. */
  readonly notified?: Threshold | 0;
  /** Earlier readings of the same window, oldest first. */
  readonly samples?: readonly Sample[];
}

type Threshold = 80 | 95;

/** Two readings name the same reset a little differently: one in whole seconds, one in parts of them. */
const sameResetMs = 10 * 60_000;
/** Samples are this share of the window's length apart, so that a recent pace is over a fifth of it at most. */
const sampleShare = 0.05;
const mostSamples = 4;
/** A reset that was missed for longer than this is no news. */
const newsMs = 24 * 60 * 60_000;

/** The record after a reading, and the notices that are due because of it, each once for a window. Pure. */
export function recordAfter(
  before: WindowRecord | null,
  reading: Reading,
  nowMs: number,
): { readonly record: WindowRecord; readonly notices: readonly UsageNotice[] } {
  const { credentialId, window, utilization, resetsAt, status } = reading;
  const plain = { credentialId, window, utilization, resetsAt, status };
  const same = before !== null && isSameWindow(before, reading, nowMs);
  const notifiedBefore = same ? (before.notified ?? 0) : 0;
  const reached = thresholdOf(reading);
  const notified = Math.max(notifiedBefore, reached) as Threshold | 0;
  const notices: UsageNotice[] = [];
  if (before !== null && !same) notices.push(...resetNotice(before, nowMs));
  if (reached > notifiedBefore)
    notices.push({
      credentialId,
      window,
      notice: reached === 95 ? 'at_95' : 'at_80',
      utilization,
      resetsAt,
    });
  const samples = samplesAfter(same ? (before.samples ?? []) : [], reading, nowMs);
  return {
    record: {
      ...plain,
      ...(notified === 0 ? {} : { notified }),
      ...(samples.length === 0 ? {} : { samples }),
    },
    notices,
  };
}

/** The record once its window has reset, and the notice of it; null before, and where no notice was given of that window. Pure. */
export function recordAfterReset(
  record: WindowRecord,
  nowMs: number,
): { readonly record: WindowRecord; readonly notices: readonly UsageNotice[] } | null {
  const { notified = 0, samples: _, ...reading } = record;
  if (notified === 0 || reading.resetsAt === null || Date.parse(reading.resetsAt) > nowMs) return null;
  return { record: reading, notices: resetNotice(record, nowMs) };
}

function resetNotice(record: WindowRecord, nowMs: number): readonly UsageNotice[] {
  const { credentialId, window, resetsAt, notified = 0 } = record;
  if (notified === 0 || (resetsAt !== null && nowMs - Date.parse(resetsAt) > newsMs)) return [];
  return [{ credentialId, window, notice: 'reset', utilization: null, resetsAt }];
}

function thresholdOf({ utilization, status }: Reading): Threshold | 0 {
  const used = utilization ?? (status === 'rejected' ? 1 : 0);
  return used >= 0.95 ? 95 : used >= 0.8 ? 80 : 0;
}

/** Whether a reading is of the window that an earlier one was of, and not of the one after its reset. Pure. */
export function isSameWindow(
  before: Pick<Reading, 'resetsAt'>,
  reading: Pick<Reading, 'resetsAt'>,
  nowMs: number,
): boolean {
  const [was, is] = [before.resetsAt, reading.resetsAt].map((each) =>
    each === null ? null : Date.parse(each),
  );
  if (was === null || was === undefined) return true;
  if (is === null || is === undefined) return was > nowMs;
  return Math.abs(is - was) <= sameResetMs;
}

function samplesAfter(
  samples: readonly Sample[],
  { window, utilization }: Reading,
  nowMs: number,
): readonly Sample[] {
  const lengthMs = windowLengthMs(window);
  if (lengthMs === null || utilization === null) return samples;
  const last = samples.at(-1);
  if (last !== undefined && nowMs - last.atMs < lengthMs * sampleShare) return samples;
  return [...samples, { atMs: nowMs, used: utilization }].slice(-mostSamples);
}
