import type { Query } from '@anthropic-ai/claude-agent-sdk';
import { z } from 'zod';

/** The end of what a task in the background has printed. */
export interface TaskOutput {
  /** At most the last 8 KiB. */
  readonly output: string;
  /** All that it has printed so far. */
  readonly totalBytes: number;
}

const answerSchema = z.object({ output: z.string(), total_bytes: z.int().min(0) });

/**
 * Asks the program for the end of what a task has printed; null where it does not say. No call to the model. Source: SDK 0.3.332,
 * `SDKControlGetTaskOutputRequest`: the request is in its types, the method that sends it only in its code.
 */
export async function taskOutput(running: Query, taskId: string): Promise<TaskOutput | null> {
  if (!('getTaskOutput' in running) || typeof running.getTaskOutput !== 'function') return null;
  const answer = answerSchema.safeParse(await running.getTaskOutput(taskId));
  return answer.success ? { output: answer.data.output, totalBytes: answer.data.total_bytes } : null;
}
