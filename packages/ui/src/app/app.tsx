import type { CredentialView } from '@postern/contract';
import { Suspense, useMemo, useState } from 'react';
import { useDroppedFiles } from '../composer/use-dropped-files.ts';
import { laterPart, useNow } from '../controls/index.ts';
import { ConversationList } from '../conversation/conversation-list.tsx';
import { assertNever } from '../format/index.ts';
import { ClaudeCodeDialog } from '../sign-in/claude-code-dialog.tsx';
import { SignInDialog } from '../sign-in/sign-in-dialog.tsx';
import type { History } from '../state/history.ts';
import { type Route, routeFragment } from '../state/route.ts';
import { waitsForReset } from '../state/thread.ts';
import { shownThread, type Threads } from '../state/threads.ts';
import { Announcer } from './announcer.tsx';
import { useApp, useAppState } from './app-context.ts';
import { AskScreen } from './ask-screen.tsx';
import { ConnectionNotice } from './connection-notice.tsx';
import { laterParts } from './later-parts.ts';
import { LeaseQuestions, LeaseWaits } from './lease-questions.tsx';
import { PlaceBoundary } from './place-boundary.tsx';
import { QuestionsElsewhere } from './questions-elsewhere.tsx';
import { createPostSandbox } from './sandbox-actions.ts';
import { SandboxStrip } from './sandbox-strip.tsx';
import { SettingsBanners } from './settings-banners.tsx';
import { Shell } from './shell.tsx';
import { SwitchBanner } from './switch-banner.tsx';
import { UsageNoticeBanner } from './usage-notice-banner.tsx';
import { useNotifying } from './use-notifying.ts';
import { useTheme } from './use-theme.ts';

const SettingsScreen = laterPart(async () => (await laterParts.settings()).SettingsScreen);
/** Read when it is opened: charts and tables that asking does not need. */
const UsageScreen = laterPart(async () => (await import('../usage/usage-screen.tsx')).UsageScreen);
/** Read when it is opened: only the sandbox has it. */
const TryItPanel = laterPart(async () => (await import('./try-it-panel.tsx')).TryItPanel);

/** The whole app: the frame, the place one is at, and the dialogs that may lie over it. */
export function App() {
  const app = useApp();
  const route = useAppState((state) => state.route);
  const connection = useAppState((state) => state.connection);
  const facts = useAppState((state) => state.facts);
  const banner = useAppState((state) => state.banners.shown);
  const leaseQuestions = useAppState((state) => state.leaseQuestions);
  const usageNotice = useAppState((state) => state.usageNotices.shown);
  const signIn = useAppState((state) => state.signIn);
  const claudeCode = useAppState((state) => state.claudeCode);
  const threads = useAppState((state) => state.threads);
  const [tryIt, setTryIt] = useState(false);
  const post = useMemo(() => createPostSandbox(window.location.origin, app.memory.token), [app]);
  useNotifying(app.notifications, banner, questionIds(threads), facts.credentials ?? []);
  useTheme(facts.settings?.theme);
  useDroppedFiles(null);
  const sandbox = facts.health?.mode === 'sandbox';
  return (
    <>
      <Shell
        route={route}
        asking={{ place: 'ask', conversationId: shownThread(threads).conversationId }}
        strip={sandbox ? <SandboxStrip open={tryIt} onToggle={() => setTryIt(!tryIt)} /> : null}
        notices={
          <>
            <div role="status" aria-label="Notices" className="stack">
              <ConnectionNotice connection={connection} />
              <SettingsBanners
                settings={facts.settings}
                onReview={(at) => app.go({ place: 'settings', at })}
                onChange={app.account.change}
              />
              <QuestionsElsewhere threads={threads} inSight={route.place === 'ask' ? threads.shown : null} />
              {leaseQuestions[0] === undefined ? null : <LeaseWaits label={leaseQuestions[0].label} />}
              <UsageNoticeBanner
                notice={usageNotice}
                credentials={facts.credentials ?? []}
                notifications={app.notifications}
                onDismiss={() => app.store.dispatch({ type: 'usage_notice_dismissed' })}
              />
              {banner === null ? null : (
                <SwitchBanner
                  banner={banner}
                  credentials={facts.credentials ?? []}
                  onDismiss={() => app.store.dispatch({ type: 'banner_dismissed' })}
                />
              )}
            </div>
            {/* Outside: what is left until an answer is due changes every second, and would be read out each time. */}
            <LeaseQuestions
              questions={leaseQuestions}
              credentials={facts.credentials ?? []}
              notifications={app.notifications}
              onAnswer={(answer) => void app.leaseQuestions.answer(answer)}
            />
            {sandbox && tryIt ? (
              <PlaceBoundary what="panel">
                <Suspense>
                  <TryItPanel
                    post={post}
                    client={app.client()}
                    billing={facts.status?.billing ?? 'plan'}
                    onClose={() => setTryIt(false)}
                  />
                </Suspense>
              </PlaceBoundary>
            ) : null}
          </>
        }
        conversations={<Conversations />}
      >
        <PlaceBoundary key={route.place} what="page">
          <Suspense>
            <Place route={route} />
          </Suspense>
        </PlaceBoundary>
      </Shell>
      <SignInDialog
        step={signIn}
        actions={app.signIn}
        status={facts.status}
        onClaudeCode={() => {
          app.signIn.close();
          app.claudeCode.open();
        }}
        onKey={() => {
          app.signIn.close();
          app.go({ place: 'settings', at: 'accounts' });
        }}
      />
      <ClaudeCodeDialog step={claudeCode} actions={app.claudeCode} />
      <Announcer threads={threads} inSight={route.place === 'ask'} />
    </>
  );
}

function Place({ route }: { readonly route: Route }) {
  const app = useApp();
  const ledger = useAppState((state) => state.ledger);
  const credentials = useAppState(({ facts }) => facts.credentials) ?? [];
  const hasPlan = credentials.some(({ kind, status }) => kind === 'claude_code' && isSignedIn(status));
  switch (route.place) {
    case 'ask':
      return <AskScreen />;
    case 'settings':
      return <SettingsScreen at={route.at} />;
    case 'usage':
      return (
        <UsageScreen
          ledger={ledger}
          credentials={credentials}
          hrefOf={(conversationId) => routeFragment({ place: 'ask', conversationId })}
          onRead={app.ledger.read}
          onRefresh={hasPlan ? app.ledger.refresh : null}
          onMoreReceipts={app.ledger.moreReceipts}
          onMoreTimeline={app.ledger.moreTimeline}
          allReceipts={app.ledger.allReceipts}
        />
      );
    default:
      return assertNever(route);
  }
}

function Conversations() {
  const app = useApp();
  const nowMs = useNow();
  const history = useAppState((state) => state.history);
  const threads = useAppState((state) => state.threads);
  const route = useAppState((state) => state.route);
  const { running, waiting, asking } = useMemo(() => busyConversations(threads), [threads]);
  const listed = useMemo(() => withUnlisted(history, threads), [history, threads]);
  return (
    <ConversationList
      history={listed}
      shownId={route.place === 'ask' ? shownThread(threads).conversationId : null}
      running={running}
      waiting={waiting}
      asking={asking}
      nowMs={nowMs}
      hrefOf={(conversationId) => routeFragment({ place: 'ask', conversationId })}
      onNew={() => {
        app.store.dispatch({ type: 'thread_begun' });
        app.go({ place: 'ask', conversationId: null });
      }}
      onSearch={app.history.search}
      onMore={app.history.more}
      onRename={app.history.rename}
      onDelete={async (id) => {
        const failure = await app.history.remove(id);
        const { route: current } = app.store.getState();
        if (failure === null && current.place === 'ask' && current.conversationId === id)
          app.go({ place: 'ask', conversationId: null });
        return failure;
      }}
    />
  );
}

function questionIds({ byKey }: Threads): readonly string[] {
  return Object.values(byKey).flatMap(({ questions }) => questions.map(({ requestId }) => requestId));
}

/** The list with what this window began and the sidecar does not list yet. */
function withUnlisted(history: History, threads: Threads): History {
  if (history.search !== '') return history;
  const known = new Set(history.items.map((each) => each.id));
  const begun = Object.values(threads.byKey).flatMap(({ conversationId, title, workspace, run }) =>
    conversationId === null || run === null || known.has(conversationId)
      ? []
      : [{ id: conversationId, title: title ?? '', workspace, updatedAt: new Date().toISOString() }],
  );
  return begun.length === 0 ? history : { ...history, items: [...begun.reverse(), ...history.items] };
}

function busyConversations(threads: Threads): {
  readonly running: ReadonlySet<string>;
  readonly waiting: ReadonlySet<string>;
  readonly asking: ReadonlySet<string>;
} {
  const busy = Object.values(threads.byKey).filter(
    (each) => each.run !== null && each.conversationId !== null,
  );
  const ids = (list: typeof busy) => new Set(list.map((each) => each.conversationId ?? ''));
  return {
    running: ids(busy),
    waiting: ids(busy.filter((each) => each.run?.place != null || waitsForReset(each))),
    asking: ids(busy.filter((each) => each.questions.length > 0)),
  };
}

function isSignedIn(status: CredentialView['status']): boolean {
  return status === 'active' || status === 'cooling_down';
}
