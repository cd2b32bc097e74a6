import type { Page } from 'playwright-core';
import type { FakeSidecar } from '../fake-sidecar.ts';
import { atSettings, narrow, type Screen, scrollTo, signedIn } from './screen.ts';

/** One of each kind that differs on the screen. */
function withServers(fake: FakeSidecar): void {
  signedIn(fake);
  fake.facts.settings.mcpServers = {
    notes: { command: 'npx', args: ['-y', '@example/notes-server', '/home/ada/notes'] },
    tracker: {
      url: 'https://mcp.example.com/tracker',
      headers: { Authorization: { secret: 'tracker.Authorization' } },
    },
    database: { command: 'database-server' },
    calendar: { type: 'sse', url: 'http://127.0.0.1:4100/sse', enabled: false },
    search: { url: 'https://search.example.com/mcp' },
    mail: { url: 'https://mail.example.com/mcp' },
    tickets: { url: 'https://tickets.example.com/mcp' },
  };
  const usual = {
    ...{ enabled: true, status: null, reason: null, nextStep: null, missingSecrets: [] },
    signIn: 'none',
  } as const;
  fake.facts.mcpServers = {
    items: [
      {
        ...{ ...usual, name: 'notes', kind: 'stdio', status: 'connected' },
        target: 'npx -y @example/notes-server /home/ada/notes',
      },
      {
        ...{ ...usual, name: 'tracker', kind: 'http', target: 'https://mcp.example.com/tracker' },
        missingSecrets: ['tracker.Authorization'],
      },
      {
        ...{ ...usual, name: 'database', kind: 'stdio', target: 'database-server', status: 'failed' },
        reason: 'The program database-server was not found.',
        nextStep: 'Install it, or give its full path.',
      },
      { ...usual, name: 'calendar', kind: 'sse', target: 'http://127.0.0.1:4100/sse', enabled: false },
      {
        ...{ ...usual, name: 'search', kind: 'http', target: 'https://search.example.com/mcp' },
        ...{ status: 'needs_sign_in', signIn: 'signed_out', reason: 'It wants a sign-in.' },
        nextStep: 'Sign in under Settings > Agent, or with: postern mcp login search',
      },
      {
        ...{ ...usual, name: 'mail', kind: 'http', target: 'https://mail.example.com/mcp' },
        ...{ status: 'connected', signIn: 'signed_in', offersSignIn: true },
      },
      {
        ...{ ...usual, name: 'tickets', kind: 'http', target: 'https://tickets.example.com/mcp' },
        signIn: 'waiting',
      },
    ],
    secrets: [],
  };
}

async function openServers(page: Page): Promise<void> {
  await atSettings('Agent')(page);
  await page.getByRole('list', { name: 'MCP servers' }).waitFor();
  await scrollTo(page, 'MCP servers');
}

/** The user's own MCP servers, and adding one. */
export const mcpScreens: readonly Screen[] = [
  { name: 'settings-mcp-servers', prepare: withServers, reach: openServers },
  { name: 'settings-mcp-servers-narrow', viewport: narrow, prepare: withServers, reach: openServers },
  {
    name: 'settings-mcp-sign-in',
    prepare: withServers,
    reach: async (page) => {
      await openServers(page);
      await page.getByRole('button', { name: 'Sign in to search' }).click();
      const link = page.getByRole('link', { name: 'Open the sign-in page of search' });
      await link.evaluate((element) => element.closest('li')?.scrollIntoView({ block: 'center' }));
    },
  },
  {
    name: 'settings-mcp-add',
    prepare: withServers,
    reach: async (page) => {
      await openServers(page);
      await page.getByRole('button', { name: 'Add a server…' }).click();
      await page.getByLabel('Command, address or JSON').fill('{"mcpServers":{"tracker":');
      await page.getByRole('button', { name: 'Add', exact: true }).click();
      await page.getByText('This is not complete JSON').waitFor();
    },
  },
];
