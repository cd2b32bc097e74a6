import {
  type FolderList,
  longestPrompt,
  mostAttachments,
  type PermissionMode,
  type WorkspaceLook,
  type WorkspaceTrustRequest,
} from '@postern/contract';
import { useRef, useState } from 'react';
import {
  Button,
  ComboField,
  HandFocusOn,
  Icon,
  IconButton,
  QuietSelect,
  takenByInputMethod,
} from '../controls/index.ts';
import type { Thread } from '../state/thread.ts';
import { isMadeByPostern } from '../state/workspace-name.ts';
import { AttachField } from './attach-field.tsx';
import { AttachedFiles } from './attached-files.tsx';
import { isClear } from './command-list.ts';
import { CommandOptions } from './command-options.tsx';
import { ContextNote } from './context-note.tsx';
import { atDraft, walkIn, walkPrompts } from './prompt-history.ts';
import { canAsk, type Readiness } from './readiness.ts';
import type { Run } from './readiness-wording.ts';
import { StatusLine } from './status-line.tsx';
import { TrustNote } from './trust-note.tsx';
import { isTypedCommand } from './typed-command.ts';
import { useCommands } from './use-commands.ts';
import { pastedFiles, useDroppedFiles } from './use-dropped-files.ts';
import type { UploadsOfDraft } from './use-uploads.ts';
import { WorkspaceField } from './workspace-field.tsx';

/** What is being written, with what goes with it. */
export interface Draft {
  readonly prompt: string;
  /** Whether it may call a command of the workspace: see `isTypedCommand`. */
  readonly mayBeCommand: boolean;
  readonly workspace: string;
  readonly model: string;
  readonly files: readonly string[];
}

interface ComposerProps {
  readonly draft: Draft;
  readonly readiness: Readiness;
  readonly nowMs: number;
  /** `stopping` takes no second click. */
  readonly run: Run;
  /** The query that runs; null: none, or it has no name yet. */
  readonly queryId: string | null;
  /** The message that is sent together with this one; null: none. */
  readonly queued: Pick<Draft, 'prompt' | 'files'> | null;
  /** What the next query begins with; null if there is nothing to distinguish. */
  readonly next: string | null;
  readonly context: Thread['context'];
  /** For how long nothing has come while a query runs; null while something comes. */
  readonly silentSeconds: number | null;
  /** A conversation stays in the folder it began in. */
  readonly workspaceFixed: boolean;
  readonly workspaces: readonly string[];
  readonly models: readonly string[];
  /** Prompts asked before, newest first. */
  readonly earlier: readonly string[];
  /** Key of the shown conversation. */
  readonly owner: string;
  /** Null: the settings are not read yet. */
  readonly mode: PermissionMode | null;
  readonly uploads: UploadsOfDraft;
  readonly readFolders: (path: string | null) => Promise<FolderList>;
  readonly lookAtWorkspace: (path: string) => Promise<WorkspaceLook>;
  readonly trustWorkspace: (request: WorkspaceTrustRequest) => Promise<WorkspaceLook>;
  readonly onMode: (mode: PermissionMode) => void;
  readonly onDraft: (draft: Draft) => void;
  readonly onSend: () => void;
  /** Begins a new conversation in the same folder. */
  readonly onClear: () => void;
  readonly onStop: () => void;
  readonly onAccounts: () => void;
}

const modes: readonly { readonly value: PermissionMode; readonly label: string }[] = [
  { value: 'ask', label: 'Ask first' },
  { value: 'accept_edits', label: 'Accept edits' },
  { value: 'plan', label: 'Plan only' },
];

/** Where a prompt is written. Enter sends, or queues while an answer comes; Shift+Enter breaks the line, the up arrow brings back what was asked. */
export function Composer(props: ComposerProps) {
  const { draft, readiness, run, earlier, uploads, onDraft, onSend } = props;
  const [lastWalk, setWalk] = useState(atDraft);
  const walk = walkIn(lastWalk, props.owner, draft.prompt);
  const [attaching, setAttaching] = useState(false);
  const attachButton = useRef<HTMLSpanElement>(null);
  useDroppedFiles(uploads.add);
  const commands = useCommands(draft, props.lookAtWorkspace, onDraft);
  const isWaiting = uploads.waiting.some(({ failure }) => failure === null);
  const { length: written } = draft.prompt.trim();
  const { prompt: queuedPrompt, files: queuedFiles } = props.queued ?? { prompt: '', files: [] };
  const length = written === 0 ? 0 : written + queuedPrompt.length;
  const isTooLong = length > longestPrompt;
  const surplus = new Set([...queuedFiles, ...draft.files]).size - mostAttachments;
  const fits = length > 0 && !isTooLong && surplus <= 0;
  const sendable = canAsk(readiness) && fits && run !== 'stopping' && !isWaiting;

  const send = () => {
    if (isClear(draft, commands.commands)) return props.onClear();
    if (!sendable) return;
    setWalk(atDraft);
    onSend();
  };
  const onKeyDown = (event: React.KeyboardEvent<HTMLTextAreaElement>) => {
    if (takenByInputMethod(event)) return;
    if (commands.onKey(event)) return;
    if (event.key === 'Enter' && !event.shiftKey && !event.altKey) {
      event.preventDefault();
      send();
      return;
    }
    const field = event.currentTarget;
    const older = event.key === 'ArrowUp' && !field.value.slice(0, field.selectionStart).includes('\n');
    const newer = event.key === 'ArrowDown' && !field.value.slice(field.selectionEnd).includes('\n');
    if ((!older && !newer) || event.shiftKey || (walk.at === 0 && (newer || draft.prompt !== ''))) return;
    const step = walkPrompts(walk, older ? 'older' : 'newer', draft.prompt, earlier);
    if (step === null) return;
    event.preventDefault();
    setWalk(step.walk);
    onDraft({ ...draft, prompt: step.text, mayBeCommand: false });
  };
  const closeAttach = () => {
    setAttaching(false);
    attachButton.current?.querySelector('button')?.focus();
  };

  return (
    <section className="composer" aria-label="Composer">
      <StatusLine
        readiness={readiness}
        nowMs={props.nowMs}
        run={run}
        next={props.next}
        onAccounts={props.onAccounts}
      />
      {props.silentSeconds === null ? null : (
        <p className="composer-silence small" role="status" aria-label="Silence">
          {`No response for ${props.silentSeconds} s. You can stop and keep what has arrived.`}
        </p>
      )}
      {isTooLong ? (
        <p className="composer-silence small" role="alert">
          {`This message has ${length.toLocaleString('en')} characters. The limit is ${longestPrompt.toLocaleString('en')}. Shorten it, or attach it as a text file.`}
        </p>
      ) : null}
      {surplus > 0 ? (
        <p className="composer-silence small" role="alert">
          {`At most ${mostAttachments} files go with one message. Remove ${surplus}.`}
        </p>
      ) : null}
      <TrustNote
        key={draft.workspace}
        workspace={draft.workspace}
        queryId={props.queryId}
        look={props.lookAtWorkspace}
        trust={props.trustWorkspace}
      />
      <AttachedFiles
        files={draft.files}
        shown={uploads.shown}
        waiting={uploads.waiting}
        onRemove={(path) => onDraft({ ...draft, files: draft.files.filter((each) => each !== path) })}
        onDismiss={uploads.dismiss}
      />
      {attaching ? (
        <AttachField
          onFiles={uploads.add}
          onAttach={(path) => onDraft({ ...draft, files: [...new Set([...draft.files, path])] })}
          onClose={closeAttach}
        />
      ) : null}
      <CommandOptions
        id={commands.listId}
        offered={commands.offered}
        active={commands.active}
        onTake={commands.take}
      />
      <textarea
        id="prompt"
        {...commands.wiring}
        dir="auto"
        className="prompt"
        aria-label="Prompt"
        placeholder="Ask a question or describe a task"
        rows={Math.min(12, Math.max(2, draft.prompt.split('\n').length))}
        value={draft.prompt}
        onChange={(event) => {
          setWalk(atDraft);
          const prompt = event.target.value;
          const { inputType } = event.nativeEvent as InputEvent;
          onDraft({ ...draft, prompt, mayBeCommand: isTypedCommand(draft, prompt, inputType) });
        }}
        onKeyDown={onKeyDown}
        onPaste={(event) => {
          const files = pastedFiles(event.clipboardData);
          if (files.length === 0) return;
          event.preventDefault();
          uploads.add(files);
        }}
      />
      <div className="composer-tools">
        {props.workspaceFixed ? (
          <span className="fixed-workspace" title={draft.workspace}>
            <Icon name="folder" size={16} />
            <span>{fixedName(draft.workspace)}</span>
          </span>
        ) : (
          <WorkspaceField
            workspace={draft.workspace}
            recent={props.workspaces}
            readFolders={props.readFolders}
            onChange={(workspace) => onDraft({ ...draft, workspace })}
          />
        )}
        <ComboField
          label="Model"
          icon="model"
          placeholder="Default model"
          value={draft.model}
          suggestions={props.models}
          onChange={(model) => onDraft({ ...draft, model })}
        />
        <QuietSelect
          label="Before the agent changes something"
          icon="lock"
          value={props.mode}
          options={modes}
          onChange={props.onMode}
        />
        <span ref={attachButton}>
          <IconButton
            icon="attach"
            label="Attach files"
            aria-expanded={attaching}
            onClick={() => setAttaching(!attaching)}
          />
        </span>
        <ContextNote context={props.context} />
        <span className="composer-send">
          {run === 'idle' ? (
            <Button look="primary" icon="send" aria-disabled={!sendable || undefined} onClick={send}>
              Send
            </Button>
          ) : (
            <HandFocusOn to="prompt">
              {sendable ? (
                <Button look="primary" icon="send" onClick={send}>
                  Send next
                </Button>
              ) : null}
              <Button icon="stop" busy={run === 'stopping'} onClick={props.onStop}>
                Stop
              </Button>
            </HandFocusOn>
          )}
        </span>
      </div>
    </section>
  );
}

/** What the folder of a conversation is called; one that Postern made has no name that says anything. */
function fixedName(workspace: string) {
  if (workspace === '') return 'New folder';
  if (isMadeByPostern(workspace)) return <bdi>This conversation’s folder</bdi>;
  return <bdi dir="ltr">{workspace}</bdi>;
}
