import type { CredentialView } from '@postern/contract';
import type { Candidate } from '../credentials/index.ts';

/** Sign-ins that another program holds: Postern chooses, observes and reports, and never sees their tokens. */
export interface DelegatedSignIns {
  /** Which of them are there at all. */
  present(): Promise<{ readonly claudeCode: boolean; readonly consoleProfile: boolean }>;
  /** As the choice sees them, from the last look: a choice does not wait for a program. */
  candidates(): readonly Candidate[];
  /** As a person sees them. */
  views(): Promise<readonly CredentialView[]>;
}
