import type { AuthStatus, Settings } from '@postern/contract';
import { type ReactNode, Suspense, useEffect, useState } from 'react';
import { Button, FailureNotice, laterPart, useNow } from '../controls/index.ts';
import { assertNever } from '../format/index.ts';
import { AboutSection } from '../settings/about-section.tsx';
import { AgentSection } from '../settings/agent-section.tsx';
import { ApiKeySection } from '../settings/api-key-section.tsx';
import { CredentialsSection } from '../settings/credentials-section.tsx';
import { DefaultWorkspace } from '../settings/default-workspace.tsx';
import { DesktopNotices } from '../settings/desktop-notices.tsx';
import { FallbackSection } from '../settings/fallback-section.tsx';
import { RememberedAnswers } from '../settings/remembered-answers.tsx';
import { SettingsNav } from '../settings/settings-nav.tsx';
import { SignInSection } from '../settings/sign-in-section.tsx';
import { WindowSection } from '../settings/window-section.tsx';
import { WorkspaceSection } from '../settings/workspace-section.tsx';
import type { Facts } from '../state/facts.ts';
import type { SettingsPlace } from '../state/route.ts';
import { workspaceName } from '../state/workspace-name.ts';
import { useNewDay } from '../usage/use-new-day.ts';
import { useApp, useAppState } from './app-context.ts';
import { PlaceBoundary } from './place-boundary.tsx';
import { modelsUsed, workspacesUsed } from './suggestions.ts';

interface SettingsScreenProps {
  readonly at: SettingsPlace;
}

/** Read when it is opened: its dialogs are a large part of the window, and few need them. */
const McpServersSection = laterPart(
  async () => (await import('../settings/mcp-servers.tsx')).McpServersSection,
);

/** Settings, one place at a time. */
export function SettingsScreen({ at }: SettingsScreenProps) {
  const app = useApp();
  const { settings, status, health, credentials, failure } = useAppState((state) => state.facts);
  const refused = useAppState((state) => state.work.preferences.failure);
  return (
    <div className="page page-wide settings">
      <h1>Settings</h1>
      <SettingsNav at={at} />
      <div className="settings-place">
        {failure === null ? null : <Unread failure={failure} />}
        {settings !== null && status !== null ? (
          <PlaceBoundary key={at} what="page">
            <Place at={at} facts={{ settings, status, health, credentials }} />
          </PlaceBoundary>
        ) : failure === null ? (
          <p className="soft">Loading…</p>
        ) : null}
        {refused === null ? null : (
          <div className="kept-in-view">
            <FailureNotice failure={refused} onDismiss={() => app.account.noted('preferences')} />
          </div>
        )}
      </div>
    </div>
  );
}

function Unread({ failure }: { readonly failure: NonNullable<Facts['failure']> }) {
  const app = useApp();
  const [reading, setReading] = useState(false);
  return (
    <FailureNotice
      failure={failure}
      actions={
        <Button
          size="s"
          icon="retry"
          busy={reading}
          onClick={() => {
            setReading(true);
            void app.readAgain().finally(() => setReading(false));
          }}
        >
          Try again
        </Button>
      }
    />
  );
}

interface PlaceProps {
  readonly at: SettingsPlace;
  readonly facts: Pick<Facts, 'health' | 'credentials'> & {
    readonly settings: Settings;
    readonly status: AuthStatus;
  };
}

/** The cards of each place, what matters most first. */
function Place({ at, facts }: PlaceProps): ReactNode {
  const app = useApp();
  const history = useAppState((state) => state.history);
  const ledger = useAppState((state) => state.ledger);
  const { settings, health } = facts;
  const { change } = app.account;
  switch (at) {
    case 'accounts':
      return <Accounts facts={facts} />;
    case 'paying':
      return <Paying fallback={settings.fallback} />;
    case 'agent':
      return (
        <>
          <AgentSection
            settings={settings}
            models={modelsUsed(ledger.receipts.items, settings)}
            onChange={change}
          />
          <RememberedAnswers
            alwaysAllow={settings.alwaysAllow}
            nameOf={(workspace) => workspaceName(workspace, history.items)}
            onChange={change}
          />
          <Suspense fallback={null}>
            <McpServersSection
              servers={settings.mcpServers ?? {}}
              read={() => app.client().mcpServers()}
              save={(patch) => app.client().updateSettings(patch)}
              saveSecret={(request) => app.client().changeMcpSecret(request)}
              signIn={(name) => app.client().startMcpSignIn(name, {})}
              signOut={(name) => app.client().endMcpSignIn(name, {})}
            />
          </Suspense>
        </>
      );
    case 'workspaces':
      return (
        <>
          <DefaultWorkspace
            settings={settings}
            used={workspacesUsed(history.items, settings)}
            onChange={change}
          />
          <WorkspaceSection
            settings={settings}
            credentials={facts.credentials ?? []}
            used={workspacesUsed(history.items, settings)}
            nameOf={(workspace) => workspaceName(workspace, history.items)}
            onChange={(workspaceCredential) => change({ workspaceCredential })}
          />
        </>
      );
    case 'window':
      return (
        <>
          <ThisWindow theme={settings.theme} />
          <DesktopNotices
            on={settings.desktopNotices === true}
            onChange={(desktopNotices) => change({ desktopNotices })}
          />
        </>
      );
    case 'privacy':
      return <AboutSection health={health} diagnose={() => app.client().diagnostics()} />;
    default:
      return assertNever(at);
  }
}

/** What is left of the caps is read when this is opened, when a cap has changed, and each day. */
function Paying({ fallback }: Pick<Settings, 'fallback'>) {
  const app = useApp();
  const usage = useAppState((state) => state.ledger.usage);
  const saved = useAppState(({ facts }) => JSON.stringify(facts.saved?.fallback));
  // biome-ignore lint/correctness/useExhaustiveDependencies: `saved` is what it is about, though it is not read.
  useEffect(() => app.ledger.readUsage(), [app, saved]);
  useNewDay(app.ledger.readUsage);
  return (
    <FallbackSection
      fallback={fallback}
      spent={usage?.caps ?? null}
      onChange={(patch) => app.account.change({ fallback: patch })}
    />
  );
}

function Accounts({ facts }: Pick<PlaceProps, 'facts'>) {
  const app = useApp();
  const nowMs = useNow();
  const work = useAppState((state) => state.work);
  const signIn = useAppState((state) => state.signIn);
  const { settings, status, credentials } = facts;
  return (
    <>
      <SignInSection
        status={status}
        work={work.sign_in}
        dialogOpen={signIn.step !== 'closed'}
        configured={
          credentials?.some((each) => each.kind === 'oauth' && each.status !== 'not_configured') ?? true
        }
        actions={app.account}
        onConnect={() => app.signIn.open()}
      />
      <ApiKeySection
        settings={settings}
        isBackup={settings.hasOAuthToken && status.state !== 'reauthorization_required'}
        work={work.api_key}
        actions={app.account}
      />
      <CredentialsSection
        settings={settings}
        credentials={credentials ?? []}
        activeId={status.activeCredential?.id ?? null}
        nowMs={nowMs}
        actions={app.accounts}
        onOrder={(order) => app.account.change({ credentialOrder: [...order] })}
        onSignIn={(kind, id) => (kind === 'oauth' ? app.signIn.open(id) : app.claudeCode.open(id))}
      />
    </>
  );
}

function ThisWindow({ theme }: Pick<Parameters<typeof WindowSection>[0], 'theme'>) {
  const { account, notifications } = useApp();
  const [notifying, setNotifying] = useState(notifications.wanted());
  return (
    <WindowSection
      theme={theme}
      onChange={account.change}
      notifying={notifications.supported ? notifying : null}
      onNotifying={(on) => void notifications.want(on).then(setNotifying)}
    />
  );
}
