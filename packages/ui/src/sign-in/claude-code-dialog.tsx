import { Dialog, UnderWay } from '../controls/index.ts';
import { assertNever, kindNames } from '../format/index.ts';
import { sentences } from '../help/index.ts';
import type { ClaudeCodeStep } from '../state/claude-code-step.ts';
import type { ClaudeCodeActions } from './claude-code-actions.ts';
import { FailedSignIn } from './failed-sign-in.tsx';
import { Leave } from './leave.tsx';
import { SucceededSignIn } from './succeeded-sign-in.tsx';
import { WaitingInBrowser } from './waiting-in-browser.tsx';

interface ClaudeCodeDialogProps {
  readonly step: ClaudeCodeStep;
  readonly actions: ClaudeCodeActions;
}

/** Watching the unmodified Claude Code program while it signs the user in. */
export function ClaudeCodeDialog({ step, actions }: ClaudeCodeDialogProps) {
  if (step.step === 'closed') return null;
  return (
    <Dialog title={kindNames.claude_code} onClose={actions.close}>
      <ClaudeCodeBody step={step} actions={actions} />
    </Dialog>
  );
}

function ClaudeCodeBody({
  step,
  actions,
}: {
  step: Exclude<ClaudeCodeStep, { step: 'closed' }>;
  actions: ClaudeCodeActions;
}) {
  switch (step.step) {
    case 'starting':
      return (
        <div className="stack">
          <UnderWay>Starting Claude Code…</UnderWay>
          <p className="soft">{sentences.claudeCode}</p>
          <Leave label="Cancel" onLeave={actions.cancel} />
        </div>
      );
    case 'waiting':
    case 'checking_code':
      return (
        <WaitingInBrowser
          title={step.step === 'waiting' ? 'Continue in your browser' : 'Sending the code to Claude Code'}
          address={step.authorizationUrl}
          pasteFailure={step.step === 'waiting' ? step.pasteFailure : null}
          checking={step.step === 'checking_code'}
          onPaste={actions.paste}
          onCancel={actions.cancel}
        >
          {sentences.claudeCode}
        </WaitingInBrowser>
      );
    case 'succeeded':
      return (
        <SucceededSignIn
          title={
            step.account === null ? 'Claude Code is signed in' : `Claude Code is signed in as ${step.account}`
          }
          text="Postern can use it now."
          onClose={actions.close}
        />
      );
    case 'failed':
      return <FailedSignIn failure={step.failure} onAgain={actions.startAgain} onClose={actions.close} />;
    default:
      return assertNever(step);
  }
}
