import type { ErrorCode } from '@postern/contract';
import { InvalidRequestError, QueryFailure, TransientError } from '../errors/index.ts';
import type { QueryScope, Selection } from '../selection/index.ts';
import type { Serving } from './turn/index.ts';

/** Whether no credential can pay before the user does something. */
export function needsUserAction(code: ErrorCode): boolean {
  return code === 'not_signed_in' || code === 'reauthorization_required';
}

/**
 * The credential a query would use right now, and whether the user has to be asked first. Asked before the stream opens.
 * @throws InvalidRequestError `not_signed_in`, `reauthorization_required`; TransientError where it is known when to
 * come back, or `refresh_unavailable`, `refresh_uncertain`; QueryFailure otherwise
 */
export async function preflight(
  selection: Pick<Selection, 'choose'>,
  scope: QueryScope,
): Promise<Serving & { readonly asks: boolean }> {
  const choice = await selection.choose({ scope });
  if ('credential' in choice) return choice;
  const { code, retryAtMs } = choice;
  if (needsUserAction(code)) throw new InvalidRequestError(code);
  if (retryAtMs !== null || code === 'refresh_unavailable' || code === 'refresh_uncertain') {
    throw new TransientError(code, { sent: false, retryAtMs });
  }
  throw new QueryFailure(code);
}
