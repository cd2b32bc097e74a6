import { Failure } from './failure.ts';

/** A query ended without an answer, under a code that says why. */
export class QueryFailure extends Failure {
  override readonly name = 'QueryFailure';
}
