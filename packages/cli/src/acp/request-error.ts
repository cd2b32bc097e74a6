import { RequestError } from '@agentclientprotocol/sdk';
import { PosternError } from '@postern/client';
import { type ErrorCode, errorTable, isErrorCode } from '@postern/contract';
import { CommandError } from '../command-error.ts';

/** What the user reads of a failure. */
interface Told {
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly retryable: boolean;
  readonly nextStep: string | null;
}

/** Failures that a sign-in resolves. */
const needsSignIn: ReadonlySet<string> = new Set([
  'not_signed_in',
  'reauthorization_required',
  'no_working_credential',
  'oauth_not_configured',
]);

/** Failures that are in what the client sent. */
const clientsFault: ReadonlySet<string> = new Set<ErrorCode>([
  'bad_request',
  'payload_too_large',
  'workspace_not_found',
  'prompt_empty',
  'credential_not_found',
  'attachment_type_unsupported',
  'attachment_too_large',
  'attachments_too_large',
]);

/** A failure as the editor gets it: one sentence with its next step, and the stable code in `data`. */
export function asRequestError(error: unknown): RequestError {
  if (error instanceof RequestError) return error;
  const told = toldOf(error);
  if (told === null)
    return RequestError.internalError({ code: 'internal_error' }, errorTable.internal_error.title);
  const sentences = [told.title, told.detail, told.nextStep ?? ''].filter((each) => each !== '');
  const message = [...new Set(sentences)].map((each) => each.replace(/\.?$/, '.')).join(' ');
  if (told.code === 'conversation_not_found') return new RequestError(-32_002, message, told);
  if (needsSignIn.has(told.code)) return new RequestError(-32_000, message, told);
  // What the command line itself says is of how it was started, not of what the client sent.
  const isInvalid = clientsFault.has(told.code) && !(error instanceof CommandError);
  return new RequestError(isInvalid ? -32_602 : -32_603, message, told);
}

/** An error of the table that is found here, without asking the sidecar. */
export function errorOf(code: ErrorCode): RequestError {
  const { title, nextStep, retryable } = errorTable[code];
  return asRequestError({ code, title, detail: '', retryable, nextStep });
}

/** The client named something that there is not. */
export function notThere(named: Readonly<Record<string, unknown>>, sentence: string): RequestError {
  return RequestError.invalidParams({ code: 'bad_request', ...named }, sentence);
}

function toldOf(error: unknown): Told | null {
  if (isTold(error)) return error;
  if (!(error instanceof PosternError || error instanceof CommandError)) return null;
  const { code } = error;
  const { title, nextStep, retryable } = errorTable[isErrorCode(code) ? code : 'internal_error'];
  if (error instanceof CommandError) return { code, title, detail: error.detail ?? '', retryable, nextStep };
  return { code, title: error.title, detail: error.detail, retryable: error.retryable, nextStep };
}

function isTold(error: unknown): error is Told {
  return (
    typeof error === 'object' &&
    error !== null &&
    'nextStep' in error &&
    'title' in error &&
    !(error instanceof Error)
  );
}
