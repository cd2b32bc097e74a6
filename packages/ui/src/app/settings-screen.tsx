import { useState } from 'react';
import { Button, FailureNotice, useNow } from '../controls/index.ts';
import { AboutSection } from '../settings/about-section.tsx';
import { ApiKeySection } from '../settings/api-key-section.tsx';
import { CredentialsSection } from '../settings/credentials-section.tsx';
import { DesktopNotices } from '../settings/desktop-notices.tsx';
import { FallbackSection } from '../settings/fallback-section.tsx';
import { McpServersSection } from '../settings/mcp-servers.tsx';
import { SignInSection } from '../settings/sign-in-section.tsx';
import { WorkSection } from '../settings/work-section.tsx';
import { WorkspaceSection } from '../settings/workspace-section.tsx';
import { useApp, useAppState } from './app-context.ts';
import { modelsUsed, workspacesUsed } from './suggestions.ts';

/** Accounts first, then what may happen automatically, then how the agent works. */
export function SettingsScreen() {
  const app = useApp();
  const nowMs = useNow();
  const { settings, status, credentials, health, failure } = useAppState((state) => state.facts);
  const work = useAppState((state) => state.work);
  const signIn = useAppState((state) => state.signIn);
  const history = useAppState((state) => state.history);
  const ledger = useAppState((state) => state.ledger);
  const [reading, setReading] = useState(false);
  const [notifying, setNotifying] = useState(app.notifications.wanted());
  const unread =
    failure === null ? null : (
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
  if (settings === null || status === null)
    return (
      <div className="page">
        <h1>Settings</h1>
        {unread ?? <p className="soft">Reading…</p>}
      </div>
    );
  return (
    <div className="page">
      <h1>Settings</h1>
      {unread}
      <SignInSection
        status={status}
        work={work}
        hasApiKey={settings.hasApiKey}
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
        work={work}
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
      {work.place === 'preferences' && work.failure !== null ? (
        <div className="kept-in-view">
          <FailureNotice failure={work.failure} onDismiss={app.account.noted} />
        </div>
      ) : null}
      <FallbackSection
        key={settings.fallback.capUsdPerDay}
        fallback={settings.fallback}
        spent={ledger.usage?.caps ?? null}
        onChange={(fallback) => app.account.change({ fallback })}
      />
      <WorkspaceSection
        settings={settings}
        credentials={credentials ?? []}
        used={workspacesUsed(history.items, settings)}
        onChange={(workspaceCredential) => app.account.change({ workspaceCredential })}
      />
      <WorkSection
        settings={settings}
        workspaces={workspacesUsed(history.items, settings)}
        models={modelsUsed(ledger.receipts.items, settings)}
        onChange={app.account.change}
        notifying={app.notifications.supported ? notifying : null}
        onNotifying={(on) => void app.notifications.want(on).then(setNotifying)}
      />
      <DesktopNotices
        on={settings.desktopNotices === true}
        onChange={(desktopNotices) => app.account.change({ desktopNotices })}
      />
      <McpServersSection
        servers={settings.mcpServers ?? {}}
        read={() => app.client().mcpServers()}
        save={(patch) => app.client().updateSettings(patch)}
        saveSecret={(request) => app.client().changeMcpSecret(request)}
      />
      <AboutSection health={health} diagnose={() => app.client().diagnostics()} />
    </div>
  );
}
