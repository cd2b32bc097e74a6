import type { CredentialView } from '@postern/contract';
import { Suspense, useCallback, useState } from 'react';
import { Composer, type Draft } from '../composer/composer.tsx';
import { hasSeveral, nextCredential } from '../composer/next-credential.ts';
import { readinessDuring, readinessOf } from '../composer/readiness.ts';
import type { Run } from '../composer/readiness-wording.ts';
import { useUploads } from '../composer/use-uploads.ts';
import { Button, FailureNotice, laterPart, Mark, useNow } from '../controls/index.ts';
import { InterruptedNote } from '../conversation/interrupted-note.tsx';
import { QueueNote } from '../conversation/queue-note.tsx';
import { QueuedMessageNote } from '../conversation/queued-message-note.tsx';
import { credentialName } from '../format/index.ts';
import { permissionSentence } from '../help/index.ts';
import type { History } from '../state/history.ts';
import type { QueuedMessage } from '../state/queued-message.ts';
import { useStore } from '../state/store.ts';
import { modeOf, type Thread, waitsForReset } from '../state/thread.ts';
import { shownThread } from '../state/threads.ts';
import { useApp, useAppState } from './app-context.ts';
import { together } from './drafts.ts';
import { FirstRun } from './first-run.tsx';
import { laterParts } from './later-parts.ts';
import { PlaceBoundary } from './place-boundary.tsx';
import { modelsUsed, promptsAsked, workspacesUsed } from './suggestions.ts';

const MessageList = laterPart(async () => (await laterParts.messages()).MessageList);
const QuestionList = laterPart(async () => (await laterParts.questions()).QuestionList);
/** Read when it is opened: few turns are undone. */
const UndoDialog = laterPart(async () => (await import('../conversation/undo-dialog.tsx')).UndoDialog);

const noCredentials: readonly CredentialView[] = [];

/** Where one asks: the conversation, the questions of its query, and the composer. */
export function AskScreen() {
  const app = useApp();
  const nowMs = useNow();
  const connection = useAppState((state) => state.connection);
  const facts = useAppState((state) => state.facts);
  const renewing = useAppState((state) => state.work.sign_in.doing === 'refreshing');
  const threads = useAppState((state) => state.threads);
  const history = useAppState((state) => state.history);
  const ledger = useAppState((state) => state.ledger);
  const thread = shownThread(threads);
  const credentials = facts.credentials ?? noCredentials;
  const fresh = thread.conversationId === null && thread.items.length === 0;
  const { draft, setDraft, beginIn } = useDraft(thread);
  const uploads = useUploads(app.uploads, thread.key);
  const [undoing, setUndoing] = useState<string | null>(null);
  // A folder that no longer exists can be replaced by another; the history stays.
  const mayChoose = fresh || lostItsFolder(thread);
  const workspace =
    fresh || (mayChoose && draft.workspace !== '') ? draft.workspace : (workspaceOf(thread, history) ?? '');
  const readiness = readinessOf(connection, facts, renewing, workspace);
  const paying = thread.run?.credential ?? null;
  const next = hasSeveral(facts) ? nextCredential(facts, workspace) : null;

  const mode = modeOf(thread) ?? facts.settings?.permissionMode ?? null;

  const toAccounts = () => app.go({ place: 'settings', at: 'accounts' });
  const chosenFolder = mayChoose && draft.workspace !== '' ? draft.workspace : null;
  const send = () => {
    const { prompt, mayBeCommand, model, files } = draft;
    app.query.ask({
      prompt: prompt.trim(),
      workspace: chosenFolder,
      model: model === '' ? null : model,
      files,
      mayBeCommand,
    });
    setDraft({ ...draft, prompt: '', mayBeCommand: false, files: [] });
  };
  const edit = (queued: QueuedMessage) => {
    app.query.unqueue();
    setDraft({
      ...draft,
      prompt: together(queued.prompt, draft.prompt),
      mayBeCommand: false,
      files: [...new Set([...queued.files, ...draft.files])],
    });
    document.getElementById('prompt')?.focus();
  };
  const clear = () => {
    setDraft({ ...draft, prompt: '', mayBeCommand: false });
    beginIn(workspace);
    app.go({ place: 'ask', conversationId: null });
  };
  const { loaded } = thread;
  return (
    <div className="ask">
      {fresh ? (
        <div className="ask-empty">
          {readiness.state === 'nothing_set_up' ? (
            <FirstRun
              mode={facts.health?.mode ?? 'live'}
              store={facts.status?.store.kind ?? 'memory'}
              linkedBilling={facts.status?.billing === 'linked_organization'}
              signInConfigured={
                facts.credentials?.some(
                  (each) => each.kind === 'oauth' && each.status !== 'not_configured',
                ) ?? false
              }
              onConnect={() => app.signIn.open()}
              onClaudeCode={() => app.claudeCode.open()}
              onKey={toAccounts}
            />
          ) : (
            <div className="greeting">
              <Mark size={44} />
              <h1>What would you like to work on?</h1>
              {/* Its place is kept until the settings are known: they say which of the sentences is true. */}
              <p className="soft" style={{ visibility: mode === null ? 'hidden' : 'visible' }}>
                {permissionSentence(mode ?? 'ask')}
              </p>
            </div>
          )}
        </div>
      ) : (
        <>
          <h1 className="visually-hidden">{thread.title ?? 'Conversation'}</h1>
          {loaded.state === 'loading' ? <p className="ask-note soft">Loading the conversation…</p> : null}
          {loaded.state === 'failed' ? (
            <div className="ask-note">
              <FailureNotice
                failure={loaded.failure}
                actions={
                  loaded.failure.code === 'conversation_not_found' ? undefined : (
                    <Button size="s" icon="retry" onClick={app.history.loadShown}>
                      Try again
                    </Button>
                  )
                }
              />
            </div>
          ) : null}
          {undoing === null ? null : (
            <PlaceBoundary key={undoing} what="dialog">
              <Suspense>
                <UndoDialog
                  onLook={() => app.history.rewind(undoing, null)}
                  onUndo={(state) => app.history.rewind(undoing, state)}
                  onClose={() => setUndoing(null)}
                />
              </Suspense>
            </PlaceBoundary>
          )}
          <PlaceBoundary key={thread.key} what="conversation">
            {/* Its place is kept, or the composer would be drawn at the top for a moment. */}
            <Suspense fallback={<div className="message-list" />}>
              <MessageList
                thread={thread}
                credentials={credentials}
                onRetry={() => app.query.retry(chosenFolder)}
                onLetPay={app.query.letPay}
                onInside={app.history.loadSubagent}
                onStopCommand={app.query.stopCommand}
                onUndo={setUndoing}
                onOlder={app.history.loadShown}
              />
            </Suspense>
          </PlaceBoundary>
        </>
      )}
      <div className="ask-dock">
        <QueueNote place={thread.run?.state === 'stopping' ? null : (thread.run?.place ?? null)} />
        <InterruptedNote
          prompt={interruptedPrompt(thread, history)}
          payer={'payer' in readiness ? readiness.payer : null}
          onContinue={(prompt) =>
            app.query.ask({ prompt, workspace: null, model: null, files: [], mayBeCommand: false })
          }
          onDismiss={app.history.dismissPending}
        />
        <QueuedMessageNote
          queued={thread.queued}
          onSend={app.query.sendQueued}
          onEdit={edit}
          onRemove={app.query.unqueue}
        />
        {thread.questions.length === 0 ? null : (
          <Suspense>
            <QuestionList
              questions={thread.questions}
              credentials={credentials}
              onAnswer={app.query.answer}
              onWrite={(requestId, written) =>
                app.store.dispatch({ type: 'question_written', key: thread.key, requestId, written })
              }
            />
          </Suspense>
        )}
        <Composer
          draft={{ ...draft, workspace }}
          readiness={readinessDuring(paying, readiness, facts, workspace)}
          nowMs={nowMs}
          run={runOf(thread)}
          queryId={thread.run?.queryId ?? null}
          queued={thread.run === null ? null : thread.queued}
          silentSeconds={thread.run?.silentSeconds ?? null}
          context={thread.context}
          next={next === null ? null : credentialName(next, credentials)}
          workspaceFixed={!mayChoose}
          workspaces={workspacesUsed(history.items, facts.settings)}
          models={modelsUsed(ledger.receipts.items, facts.settings)}
          earlier={promptsAsked(threads)}
          owner={thread.key}
          mode={mode}
          uploads={uploads}
          readFolders={(path) => app.client().folders(path)}
          lookAtWorkspace={(path) => app.client().workspace(path)}
          trustWorkspace={(request) => app.client().trustWorkspace(request)}
          onMode={app.query.chooseMode}
          onDraft={setDraft}
          onSend={send}
          onClear={clear}
          onStop={app.query.stop}
          onAccounts={toAccounts}
        />
      </div>
    </div>
  );
}

/** Where a conversation works; until it is read, as the list has it. */
function workspaceOf({ conversationId, workspace, loaded }: Thread, { items }: History): string | null {
  const isRead = loaded.state === 'all' || loaded.state === 'more';
  return isRead ? workspace : (items.find((each) => each.id === conversationId)?.workspace ?? workspace);
}

/** What waited for a plan's reset when Postern stopped, or ended before it was sent. Where it failed here, its error offers another try. */
function interruptedPrompt(
  { run, conversationId, items: shown, lastRequest }: Thread,
  { items }: History,
): string | null {
  if (run !== null || conversationId === null) return null;
  const found = items.find(({ id, state }) => id === conversationId && state === 'interrupted');
  const prompt = found?.pendingPrompt ?? null;
  return shown.at(-1)?.type === 'error' && lastRequest?.prompt === prompt ? null : prompt;
}

function lostItsFolder({ items }: Thread): boolean {
  const last = items.at(-1);
  return last?.type === 'error' && last.failure.code === 'workspace_not_found';
}

function runOf(thread: Thread): Run {
  const { run, questions } = thread;
  if (run === null) return 'idle';
  if (run.state === 'stopping') return 'stopping';
  if (run.place !== null) return 'queued';
  if (questions.length > 0) return 'asking';
  return waitsForReset(thread) ? 'waiting' : 'running';
}

interface DraftOfThread {
  readonly draft: Draft;
  readonly setDraft: (draft: Draft) => void;
  /** Begins a new conversation, in this folder. */
  readonly beginIn: (workspace: string) => void;
}

/** The draft of a conversation. */
function useDraft(thread: Thread): DraftOfThread {
  const { drafts, store } = useApp();
  const { key, conversationId } = thread;
  useStore(drafts.kept, (all) => all[key]);
  const setDraft = useCallback(
    (draft: Draft) => drafts.set({ key, conversationId }, draft),
    [drafts, key, conversationId],
  );
  const beginIn = (workspace: string) => {
    store.dispatch({ type: 'thread_begun' });
    drafts.beginIn(shownThread(store.getState().threads), workspace);
  };
  return { draft: drafts.of(thread), setDraft, beginIn };
}
