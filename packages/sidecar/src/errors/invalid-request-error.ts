import { Failure } from './failure.ts';

/** The caller asked for something that cannot be: nothing was changed, and asking again will not help. */
export class InvalidRequestError extends Failure {
  override readonly name = 'InvalidRequestError';
}
