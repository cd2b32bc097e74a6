import { Failure } from './failure.ts';

/** Only the user can go on from here, by signing in (again). */
export class ReauthorizationRequiredError extends Failure {
  override readonly name = 'ReauthorizationRequiredError';
}
