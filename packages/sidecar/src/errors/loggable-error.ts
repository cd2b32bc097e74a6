import { Failure } from './failure.ts';

/** What a log may say of a caught error: its code or class, never its text. */
export function loggableError(error: unknown): string {
  if (error instanceof Failure) return error.code;
  if (!(error instanceof Error)) return 'unknown';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
