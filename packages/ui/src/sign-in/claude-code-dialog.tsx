import { Button, Dialog, FailureNotice, Notice } from '../controls/index.ts';
import { assertNever } from '../format/index.ts';
import { sentences } from '../help/index.ts';
import { AddressBox } from './address-box.tsx';
import type { ClaudeCodeActions } from './claude-code-actions.ts';
import type { ClaudeCodeStep } from './claude-code-step.ts';
import { PasteField } from './paste-field.tsx';

interface ClaudeCodeDialogProps {
  readonly step: ClaudeCodeStep;
  readonly actions: ClaudeCodeActions;
}

/** Watching the unmodified Claude Code program while it signs a person in. */
export function ClaudeCodeDialog({ step, actions }: ClaudeCodeDialogProps) {
  if (step.step === 'closed') return null;
  return (
    <Dialog title="Claude Code login" onClose={actions.close}>
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
          <p className="row" role="status">
            <span className="spinner" aria-hidden="true" /> Starting the Claude Code program…
          </p>
          <p className="soft">{sentences.claudeCode}</p>
          <Leave label="Cancel" onLeave={actions.cancel} />
        </div>
      );
    case 'waiting':
    case 'checking_code':
      return (
        <div className="stack">
          <p className="row" role="status">
            <span className="spinner" aria-hidden="true" />
            {step.step === 'waiting' ? 'Claude Code waits for you in the browser' : 'Passing the code on'}
          </p>
          <p className="soft">{sentences.claudeCode}</p>
          {step.authorizationUrl === null ? null : (
            <details className="fold">
              <summary>The page did not open, or I need another browser</summary>
              <AddressBox address={step.authorizationUrl} />
            </details>
          )}
          <PasteField
            failure={step.step === 'waiting' ? step.pasteFailure : null}
            busy={step.step === 'checking_code'}
            onPaste={actions.paste}
          />
          <Leave label="Cancel" onLeave={actions.cancel} />
        </div>
      );
    case 'succeeded':
      return (
        <div className="stack">
          <div role="status">
            <Notice
              tone="good"
              title={
                step.account === null
                  ? 'Claude Code is signed in'
                  : `Claude Code is signed in as ${step.account}`
              }
            />
          </div>
          <Leave label="Done" onLeave={actions.close} />
        </div>
      );
    case 'failed':
      return (
        <div className="stack">
          <FailureNotice failure={step.failure} />
          <div className="row dialog-actions">
            <Button look="primary" onClick={actions.startAgain}>
              Try again
            </Button>
            <Button look="quiet" onClick={actions.close}>
              Not now
            </Button>
          </div>
        </div>
      );
    default:
      return assertNever(step);
  }
}

function Leave({ label, onLeave }: { readonly label: string; readonly onLeave: () => void }) {
  return (
    <div className="row dialog-actions">
      <Button look="quiet" onClick={onLeave}>
        {label}
      </Button>
    </div>
  );
}
