import type {
  McpSecretRequest,
  McpServerList,
  McpSignInStarted,
  Settings,
  SettingsPatch,
} from '@postern/contract';
import { useEffect, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { Button, FailureNotice } from '../controls/index.ts';
import { type Failure, failureOfThrown } from '../format/index.ts';
import { AddServerDialog, ServerSecretDialog } from './mcp-server-dialogs.tsx';
import { McpServerRow } from './mcp-server-row.tsx';

type Servers = NonNullable<Settings['mcpServers']>;

interface McpServersProps {
  readonly servers: Servers;
  readonly read: () => Promise<McpServerList>;
  readonly save: (patch: SettingsPatch) => Promise<unknown>;
  readonly saveSecret: (request: McpSecretRequest) => Promise<McpServerList>;
  /** Begins a sign-in at a server; opens nothing. */
  readonly signIn: (name: string) => Promise<McpSignInStarted>;
  readonly signOut: (name: string) => Promise<unknown>;
}

/** While a sign-in waits for the browser: nothing else tells that it came back. */
const lookEveryMs = 2_000;

/** The user's own MCP servers: what each is, how it stood last, and adding, switching off and removing one. */
export function McpServersSection({ servers, read, save, saveSecret, signIn, signOut }: McpServersProps) {
  const [list, setList] = useState<McpServerList | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [open, setOpen] = useState<{ readonly secret: string } | 'add' | null>(null);
  const [attempt, setAttempt] = useState(0);
  const [saving, setSaving] = useState(false);
  /** Pages of the sign-ins that were begun here, by server. */
  const [pages, setPages] = useState<Readonly<Record<string, McpSignInStarted>>>({});
  const heading = useRef<HTMLHeadingElement>(null);
  /** The setting as it was sent last: what comes back of it arrives a moment after the save has ended. */
  const sent = useRef(servers);
  const known = JSON.stringify(servers);
  // biome-ignore lint/correctness/useExhaustiveDependencies: read again whenever the setting is another
  useEffect(() => {
    let isShown = true;
    sent.current = servers;
    read().then(
      (found) => {
        if (!isShown) return;
        setList(found);
        setFailure(null);
      },
      (thrown: unknown) => {
        if (!isShown) return;
        setList(null);
        setFailure(failureOfThrown(thrown));
      },
    );
    return () => {
      isShown = false;
    };
  }, [known, attempt]);
  const isWaiting = list?.items.some((server) => server.signIn === 'waiting') === true;
  useEffect(() => {
    if (!isWaiting) return;
    const timer = setInterval(() => setAttempt((count) => count + 1), lookEveryMs);
    return () => clearInterval(timer);
  }, [isWaiting]);
  const run = (work: () => Promise<unknown>) => {
    setFailure(null);
    setSaving(true);
    work()
      .then(() => setAttempt((count) => count + 1))
      .catch((thrown: unknown) => setFailure(failureOfThrown(thrown)))
      .finally(() => setSaving(false));
  };
  const send = async (next: Servers) => {
    await save({ mcpServers: next });
    sent.current = next;
  };
  const change = (next: Servers) => {
    setFailure(null);
    setSaving(true);
    send(next)
      .catch((thrown: unknown) => setFailure(failureOfThrown(thrown)))
      .finally(() => setSaving(false));
  };
  const items = list?.items.filter(({ name }) => Object.hasOwn(servers, name)) ?? [];
  return (
    <section className="card" aria-labelledby="mcp-title">
      <h2 id="mcp-title" ref={heading} tabIndex={-1}>
        MCP servers
      </h2>
      <p className="small soft">
        They give the agent more tools, in every conversation. They get none of your sign-ins, and the agent
        asks before it uses a tool that you did not always allow. Servers of a folder start once you trust
        that folder.
      </p>
      {failure === null ? null : (
        <FailureNotice
          failure={failure}
          actions={
            list === null ? (
              <Button
                size="s"
                icon="retry"
                onClick={() => {
                  setFailure(null);
                  setAttempt(attempt + 1);
                  // The button goes away with the failure.
                  heading.current?.focus();
                }}
              >
                Try again
              </Button>
            ) : undefined
          }
        />
      )}
      {list === null ? (
        failure === null && <p className="small soft">Loading…</p>
      ) : items.length === 0 ? (
        <p className="small soft">You have added none.</p>
      ) : (
        <ul className="account-rows" aria-label="MCP servers">
          {items.map((server) => (
            <McpServerRow
              key={server.name}
              server={server}
              busy={saving}
              page={pages[server.name] ?? null}
              onSignIn={() =>
                run(async () => {
                  const page = await signIn(server.name);
                  setPages((known) => ({ ...known, [server.name]: page }));
                })
              }
              onSignOut={() => run(() => signOut(server.name))}
              onSecret={(secret) => setOpen({ secret })}
              onSwitch={() => change(switched(sent.current, server.name))}
              onRemove={() => {
                const { [server.name]: _, ...others } = sent.current;
                change(others);
                // The button goes away with its row.
                heading.current?.focus();
              }}
            />
          ))}
        </ul>
      )}
      <div className="row">
        <Button icon="plus" onClick={() => setOpen('add')}>
          Add a server…
        </Button>
      </div>
      {open === 'add' ? (
        <AddServerDialog
          taken={Object.keys(servers)}
          onAdd={async (added, secrets) => {
            // A server is not saved before what it refers to.
            for (const [name, value] of Object.entries(secrets)) await saveSecret({ name, value });
            await send({ ...sent.current, ...added });
          }}
          onClose={() => setOpen(null)}
        />
      ) : null}
      {open !== null && open !== 'add' ? (
        <ServerSecretDialog
          name={open.secret}
          onSave={async (value) => setList(await saveSecret({ name: open.secret, value }))}
          onClose={() => setOpen(null)}
          onSaved={() => {
            // The button that opened it is gone with the missing secret; the page takes the focus again once the dialog is closed.
            flushSync(() => setOpen(null));
            heading.current?.focus();
          }}
        />
      ) : null}
    </section>
  );
}

function switched(servers: Servers, name: string): Servers {
  const server = servers[name];
  if (server === undefined) return servers;
  return { ...servers, [name]: { ...server, enabled: server.enabled === false } };
}
