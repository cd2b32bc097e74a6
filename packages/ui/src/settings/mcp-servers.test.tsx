// @vitest-environment happy-dom
import type { McpServerList, McpServerView, SettingsPatch } from '@postern/contract';
import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/preact';
import { afterEach, expect, it, onTestFinished, vi } from 'vitest';
import { McpServersSection } from './mcp-servers.tsx';

afterEach(cleanup);

const authorizationUrl = 'https://login.example/authorize?state=x';
const servers = { notes: { command: 'npx', args: ['notes'] }, far: { url: 'https://mcp.example/mcp' } };
const base = { enabled: true, status: null, reason: null, nextStep: null, signIn: 'none' } as const;
const list: McpServerList = {
  items: [
    { ...base, name: 'notes', kind: 'stdio', target: 'npx notes', missingSecrets: ['notes.API_TOKEN'] },
    {
      ...{ ...base, name: 'far', kind: 'http', target: 'https://mcp.example/mcp', status: 'failed' },
      missingSecrets: [],
      ...{ reason: 'It answers with status 500.', nextStep: 'Check its address, and whether it runs.' },
    },
  ],
  secrets: [],
};

function show(refusal: Error | null = null, read: () => Promise<McpServerList> = async () => list) {
  const done: unknown[] = [];
  render(
    <McpServersSection
      servers={servers}
      read={read}
      save={async (patch: SettingsPatch) => {
        if (refusal !== null) throw refusal;
        done.push(patch);
      }}
      saveSecret={async (request) => {
        done.push(request);
        return { ...list, items: list.items.map((each) => ({ ...each, missingSecrets: [] })) };
      }}
      signIn={async (name) => {
        if (refusal !== null) throw refusal;
        done.push(['sign in', name]);
        return { authorizationUrl, expiresAt: '2026-11-23T10:00:00.000Z' };
      }}
      signOut={async (name) => done.push(['sign out', name])}
    />,
  );
  return done;
}

const rowOf = async (name: string) => {
  const rows = await screen.findByRole('list', { name: 'MCP servers' });
  const row = within(rows)
    .getAllByRole('listitem')
    .find((each) => each.textContent?.startsWith(name));
  if (row === undefined) throw new Error(`no row ${name}`);
  return row;
};

it('lists each server with what it is, how it stands, why and what to do', async () => {
  show();
  expect((await rowOf('notes')).textContent).toContain('A secret is missing');
  const far = (await rowOf('far')).textContent;
  for (const part of [
    'Does not work',
    'https://mcp.example/mcp',
    'It answers with status 500. Check its address',
  ])
    expect(far).toContain(part);
});

it('switches one off and removes one, on top of what was saved before though the setting is not here yet', async () => {
  const done = show();
  const off = { ...servers.far, enabled: false };
  fireEvent.click(within(await rowOf('far')).getByRole('button', { name: 'Switch off far' }));
  fireEvent.click(screen.getByRole('button', { name: 'Switch off notes' }));
  expect(done).toEqual([{ mcpServers: { notes: servers.notes, far: off } }]);
  await waitFor(() => expect(screen.getByRole('button', { name: 'Remove notes' }).ariaBusy).toBeFalsy());
  fireEvent.click(screen.getByRole('button', { name: 'Remove notes' }));
  expect(done.at(-1)).toEqual({ mcpServers: { far: off } });
});

it('says that the list could not be read, and reads it again', async () => {
  const answers = [Promise.reject(new Error('offline')), Promise.resolve(list)];
  show(null, () => answers.shift() ?? Promise.reject(new Error('asked too often')));
  fireEvent.click(await screen.findByRole('button', { name: 'Try again' }));
  await rowOf('notes');
  expect(screen.queryByRole('button', { name: 'Try again' })).toBeNull();
  expect(screen.queryByRole('alert')).toBeNull();
});

it('keeps a refused change in words, with the list', async () => {
  show(new Error('refused'));
  fireEvent.click(within(await rowOf('far')).getByRole('button', { name: 'Switch off far' }));
  await screen.findByRole('alert');
  await rowOf('far');
});

it('seals what is secret in pasted JSON before it saves the server', async () => {
  const done = show();
  fireEvent.click(await screen.findByRole('button', { name: 'Add a server…' }));
  const text = screen.getByLabelText('Command, address or JSON');
  fireEvent.change(text, {
    target: { value: '{"mcpServers":{"gh":{"command":"gh","env":{"GH_TOKEN":"ghp_1"}}}}' },
  });
  fireEvent.click(screen.getByRole('button', { name: 'Add', hidden: true }));
  await waitFor(() => expect(done).toHaveLength(2));
  expect(done).toEqual([
    { name: 'gh.GH_TOKEN', value: 'ghp_1' },
    { mcpServers: { ...servers, gh: { command: 'gh', env: { GH_TOKEN: { secret: 'gh.GH_TOKEN' } } } } },
  ]);
});

it.each([
  ['{"a":', 'This is not complete JSON'],
  ['{"notes":{"command":"x"}}', 'There is a server notes already.'],
])('says what is wrong with %s, and sends nothing', async (value, problem) => {
  const done = show();
  fireEvent.click(await screen.findByRole('button', { name: 'Add a server…' }));
  fireEvent.change(screen.getByLabelText('Command, address or JSON'), { target: { value } });
  fireEvent.click(screen.getByRole('button', { name: 'Add', hidden: true }));
  expect((await screen.findByRole('alert', { hidden: true })).textContent).toContain(problem);
  expect(done).toEqual([]);
});

it('takes a missing secret without showing it', async () => {
  const done = show();
  fireEvent.click(within(await rowOf('notes')).getByRole('button', { name: 'Save notes.API_TOKEN…' }));
  const field = screen.getByLabelText<HTMLInputElement>('Secret');
  expect(field.type).toBe('password');
  fireEvent.change(field, { target: { value: 'abc' } });
  fireEvent.click(screen.getByRole('button', { name: 'Save', hidden: true }));
  await waitFor(() => expect(done).toEqual([{ name: 'notes.API_TOKEN', value: 'abc' }]));
  await waitFor(() =>
    expect(document.activeElement).toBe(screen.getByRole('heading', { name: 'MCP servers' })),
  );
});

const far: McpServerView = {
  ...{ ...base, name: 'far', kind: 'http', target: 'https://mcp.example/mcp' },
  missingSecrets: [],
};
const wanting: McpServerView = {
  ...{ ...far, status: 'needs_sign_in', signIn: 'signed_out' },
  ...{ reason: 'It wants a sign-in.', nextStep: 'With: postern mcp login far' },
};

it('begins a sign-in when asked, shows its page as a link, and sees that it came back', async () => {
  let item = wanting;
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  onTestFinished(() => void vi.useRealTimers());
  const done = show(null, async () => ({ items: [item], secrets: [] }));
  await vi.waitFor(() => expect(screen.queryByText(/It wants a sign-in/)).not.toBeNull());
  expect([done, screen.queryByRole('link'), screen.queryByText(/postern mcp/)]).toEqual([[], null, null]);
  item = { ...wanting, signIn: 'waiting' };
  fireEvent.click(screen.getByRole('button', { name: 'Sign in to far' }));
  await vi.waitFor(() => expect(screen.queryByRole('link')).not.toBeNull());
  const link = screen.getByRole('link', { name: 'Open the sign-in page of far' });
  expect([link.getAttribute('href'), link.getAttribute('rel'), done]).toEqual([
    authorizationUrl,
    'noopener noreferrer',
    [['sign in', 'far']],
  ]);
  item = { ...far, signIn: 'signed_in' };
  // The link may be there before the list is that says so: only then is it looked at again.
  await vi.waitFor(async () => {
    await vi.advanceTimersByTimeAsync(2_000);
    expect(screen.queryByText('Signed in')).not.toBeNull();
  });
  fireEvent.click(screen.getByRole('button', { name: 'Sign out of far' }));
  await vi.waitFor(() =>
    expect(done).toEqual([
      ['sign in', 'far'],
      ['sign out', 'far'],
    ]),
  );
});

it('says why a sign-in could not begin, and offers none where Postern has none', async () => {
  show(new Error('refused'), async () => ({
    items: [wanting, { ...wanting, name: 'notes', signIn: 'none' }],
    secrets: [],
  }));
  fireEvent.click(await screen.findByRole('button', { name: 'Sign in to far' }));
  expect(await screen.findByText(/Something went wrong/)).not.toBeNull();
  expect(screen.queryByRole('button', { name: 'Sign in to notes' })).toBeNull();
});

it('offers the sign-in of a server that is known to have one, whether it was refused or not', async () => {
  const known = { ...far, offersSignIn: true };
  show(null, async () => ({
    items: [
      { ...known, name: 'notes', signIn: 'signed_out' },
      { ...known, status: 'connected', signIn: 'signed_in' },
    ],
    secrets: [],
  }));
  expect(within(await rowOf('notes')).getByRole('button', { name: 'Sign in to notes' })).toBeDefined();
  const row = within(await rowOf('far'));
  expect(row.getByRole('button', { name: 'Sign in again to far' })).toBeDefined();
  expect(row.getByRole('button', { name: 'Sign out of far' })).toBeDefined();
});

it('offers no sign-in of a server that is switched off, or of which nothing is known', async () => {
  const known = { ...far, signIn: 'signed_out', offersSignIn: true } as const;
  show(null, async () => ({
    items: [
      { ...known, name: 'notes', offersSignIn: false },
      { ...known, enabled: false },
    ],
    secrets: [],
  }));
  await rowOf('notes');
  expect(screen.queryByRole('button', { name: /^Sign in/ })).toBeNull();
});
