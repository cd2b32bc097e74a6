import { expect, test } from 'vitest';
import { newConversations } from './new-conversations.ts';
import { nothingDelegated } from './query-scope.ts';

type Deps = Parameters<typeof newConversations>[0];
type Chosen = Awaited<ReturnType<Deps['selection']['choose']>>;

const key = { id: 'api_key', kind: 'api_key', payer: 'pay-per-use' } as const;
const paid: Chosen = { credential: key, reason: 'preferred', asks: false };
const signedOut: Chosen = { code: 'not_signed_in', retryAtMs: null };

type Asked = Parameters<Deps['plans']['warmSpec']>[0];

/** Folders, by how many MCP servers they have; another is gone. */
const folders: Readonly<Record<string, number>> = { '/projects': 0, '/served': 1 };

async function warmSpec({ workspace }: Asked) {
  const servers = workspace === undefined ? 0 : folders[workspace];
  if (servers === undefined) throw new Error('workspace_not_found');
  return { workspace: workspace ?? null, loaded: { servers: Array.from({ length: servers }, () => ({})) } };
}

function conversations(chosen: Chosen) {
  return newConversations({
    delegated: nothingDelegated,
    settings: { read: () => ({ workspaces: {} }) } as never,
    selection: { choose: async () => chosen, spending: { remainderUsd: () => null } as never },
    plans: { warmSpec } as never,
    known: undefined as never,
    log: () => undefined,
  });
}

test('the rules are asked about ahead only where a credential could pay for a query', async () => {
  let asked = 0;
  const hold = async (): Promise<void> => {
    asked += 1;
  };
  await conversations(signedOut).checkRules({ hold });
  expect(asked).toBe(0);
  await conversations(paid).checkRules({ hold });
  expect(asked).toBe(1);
});

test('a program that cannot be asked about the rules fails no start', async () => {
  await conversations(paid).checkRules({ hold: () => Promise.reject(new Error('no program')) });
});

test.each([
  ['of the last one', '/projects', '/projects'],
  ['of the settings where that one is gone', '/gone', null],
  ['of the settings where that one has MCP servers, which start for a query only', '/served', null],
])('the next one is expected in the folder %s', async (_, workspace, expected) => {
  const next = conversations(paid);
  expect(await next.warmSpec()).toMatchObject({ workspace: null });
  next.note({ workspace });
  expect(await next.warmSpec()).toMatchObject({ workspace: expected });
  next.forget();
  expect(await next.warmSpec()).toMatchObject({ workspace: null });
});
