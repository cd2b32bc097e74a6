import { type CredentialView, reasonInWords } from '@postern/contract';

interface NextStepProps {
  readonly credential: Pick<CredentialView, 'reason' | 'nextStep'>;
}

/** Why a credential cannot be used, and the next step, where there is something to say. */
export function NextStep({ credential: { reason, nextStep } }: NextStepProps) {
  if (reason === null && nextStep === null) return null;
  return (
    <p className="small what-to-do">
      {reason === null ? null : `${reasonInWords(reason)}. `}
      {nextStep === null ? null : <span className="soft">{nextStep}</span>}
    </p>
  );
}
