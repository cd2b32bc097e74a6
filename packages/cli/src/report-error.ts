import { errorTable, isErrorCode } from '@postern/contract';
import { inertJson } from '@postern/sidecar/inert-json';
import { UsageError } from './command-error.ts';
import type { Io } from './context.ts';
import { exitCode, exitCodeOf } from './exit-code.ts';
import { printable } from './printable.ts';

/** An error as the user and a script see it. */
export interface ReportedError {
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly nextStep: string | null;
  readonly retryable: boolean;
  readonly exitCode: number;
}

/**
 * Prints what went wrong, in the error table's words, and gives the exit code: with `json` as one line `{error}` on stdout,
 * else as sentences on stderr.
 */
export function reportError(error: unknown, io: Pick<Io, 'stdout' | 'stderr'>, json: boolean): number {
  const { exitCode: code, ...reported } = describeError(error);
  if (json) io.stdout.write(`${inertJson(JSON.stringify({ error: reported }))}\n`);
  else io.stderr.write(errorText(reported));
  return code;
}

/**
 * Where an unexpected error came from, for debugging (`POSTERN_LOG=debug`): its kind and the places in the code, not its
 * message, which may quote anything.
 */
export function traceText(error: unknown): string {
  if (!(error instanceof Error)) return '';
  const places = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return [error.constructor.name, ...places, ''].join('\n');
}

/** The sentences of an error, each on its line. */
export function errorText(error: Pick<ReportedError, 'title' | 'detail' | 'nextStep'>): string {
  const sentences = new Set([`postern: ${error.title}.`, error.detail, error.nextStep ?? '']);
  sentences.delete('');
  return [...sentences].map((each, at) => `${at === 0 ? '' : '  '}${printable(each)}\n`).join('');
}

/** Reads whatever was thrown: an error with a code of the table (ours, the client's, the sidecar's), or a defect. */
export function describeError(error: unknown): ReportedError {
  if (error instanceof UsageError)
    return {
      code: 'usage',
      title: error.message.replace(/\.$/, ''),
      detail: error.detail,
      nextStep: 'See postern --help.',
      retryable: false,
      exitCode: exitCode.usage,
    };
  const { code, title, detail, exitCode: own } = fieldsOf(error);
  if (code !== null && isErrorCode(code)) {
    const row = errorTable[code];
    return {
      code,
      title: row.title,
      detail: detail ?? '',
      nextStep: row.nextStep,
      retryable: row.retryable,
      exitCode: own ?? exitCodeOf(code),
    };
  }
  if (code !== null && title !== null)
    return {
      code,
      title,
      detail: detail ?? '',
      nextStep: null,
      retryable: false,
      exitCode: exitCode.software,
    };
  const row = errorTable.internal_error;
  return {
    code: 'internal_error',
    title: row.title,
    detail: systemErrorWord(code),
    nextStep: row.nextStep,
    retryable: row.retryable,
    exitCode: exitCode.software,
  };
}

/** The message of an unexpected error may quote anything, a secret included; the word of a system error (ENOSPC) may not. */
function systemErrorWord(code: string | null): string {
  return code !== null && /^[A-Z][A-Z0-9_]{2,40}$/.test(code) ? code : '';
}

function fieldsOf(error: unknown) {
  const { code, title, detail, exitCode: own } = (error ?? {}) as Record<string, unknown>;
  const text = (value: unknown) => (typeof value === 'string' ? value : null);
  return {
    code: text(code),
    title: text(title),
    detail: text(detail),
    exitCode: typeof own === 'number' ? own : null,
  };
}
