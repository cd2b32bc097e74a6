import type { CredentialView } from '@postern/contract';
import type { DelegatedCredentials } from '../credentials/index.ts';

/** Sign-ins that another program holds: Postern chooses, observes and reports, and never sees their tokens. */
export interface DelegatedSignIns extends DelegatedCredentials {
  /** Which of them are there at all. */
  present(): Promise<{ readonly claudeCode: boolean; readonly consoleProfile: boolean }>;
  /** As a person sees them. */
  views(): Promise<readonly CredentialView[]>;
}
