import { Failure } from './failure.ts';

/** The store cannot be trusted or reached: stop and tell, never downgrade in silence. */
export class StoreError extends Failure {
  override readonly name = 'StoreError';
}
