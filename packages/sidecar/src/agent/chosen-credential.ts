import type { CredentialRef, ErrorCode } from '@postern/contract';
import { InvalidRequestError, QueryFailure, TransientError } from '../errors/index.ts';
import type { Gateway } from '../gateway/index.ts';

const needAPerson: ReadonlySet<ErrorCode> = new Set(['not_signed_in', 'reauthorization_required']);

/**
 * The credential a query would use right now. Asked before the stream opens.
 * @throws InvalidRequestError `not_signed_in`, `reauthorization_required`; TransientError where the gateway knows when to
 * come back, or `refresh_unavailable`, `refresh_uncertain`; QueryFailure otherwise
 */
export async function chosenCredential(gateway: Pick<Gateway, 'choose'>): Promise<CredentialRef> {
  const choice = await gateway.choose();
  if ('credential' in choice) return choice.credential;
  const { code, retryAtMs } = choice;
  if (needAPerson.has(code)) throw new InvalidRequestError(code);
  if (retryAtMs !== null || code === 'refresh_unavailable' || code === 'refresh_uncertain') {
    throw new TransientError(code, { sent: false, retryAtMs });
  }
  throw new QueryFailure(code);
}
