import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { json } from '../../../client/test/scripted-sidecar.ts';
import { type CommandWorld, createCommandWorld } from '../../test/command-world.ts';

let world: CommandWorld;
const canary = 'ghp_canary_of_a_secret_0123456789';
const base = {
  enabled: true,
  status: null,
  reason: null,
  nextStep: null,
  missingSecrets: [],
  signIn: 'none',
};
const list = {
  items: [
    { ...base, name: 'notes', kind: 'stdio', target: 'npx notes', missingSecrets: ['notes.KEY'] },
    {
      ...{ ...base, name: 'far', kind: 'http', target: 'https://mcp.example/\u001b[2J', status: 'failed' },
      ...{ reason: 'It answers with status 500.', nextStep: 'Check its address.' },
    },
  ],
  secrets: [{ name: 'old', usedBy: [] }],
};
const settings = { mcpServers: { notes: { command: 'npx', args: ['notes'] } } };
const posts = () =>
  world.sidecar.requests.filter(({ method }) => method === 'POST').map(({ url, body }) => [url, body]);

beforeEach(async () => {
  world = await createCommandWorld();
  world.recordSidecar();
  world.sidecar.on('GET /mcp-servers', json(list));
  world.sidecar.on('GET /settings', json(settings));
  world.sidecar.on('POST /settings', json(settings));
  world.sidecar.on('POST /mcp-secrets', json(list));
});
afterEach(() => world.close());

it('lists each server, how it stands, why, and what is missing', async () => {
  const { exitCode, stdout } = await world.run(['mcp', 'list']);
  expect(exitCode).toBe(0);
  expect(stdout.split('\n').filter((line) => !line.includes('mcp.example'))).toEqual([
    'notes (stdio): not used yet',
    '    npx notes',
    '    Its secret is missing: postern mcp secret notes.KEY',
    'far (http): does not work',
    '    It answers with status 500. Check its address.',
    'Secrets that no server uses: old',
    '',
  ]);
  expect(stdout).not.toContain('\u001b');
});

it('adds a command with its words as they are, or an address, beside what is there', async () => {
  expect((await world.run(['mcp', 'add', 'gh', '--', 'npx', '-y', 'a b', '--json'])).exitCode).toBe(0);
  expect((await world.run(['mcp', 'add', 'web', 'https://mcp.example/mcp'])).exitCode).toBe(0);
  expect(posts()).toEqual([
    [
      '/settings',
      { mcpServers: { ...settings.mcpServers, gh: { command: 'npx', args: ['-y', 'a b', '--json'] } } },
    ],
    [
      '/settings',
      { mcpServers: { ...settings.mcpServers, web: { type: 'http', url: 'https://mcp.example/mcp' } } },
    ],
  ]);
});

it('seals the secrets of JSON before it saves the server', async () => {
  const text = JSON.stringify({ mcpServers: { gh: { command: 'gh', env: { GH_TOKEN: canary } } } });
  const { exitCode, stdout, stderr } = await world.run(['mcp', 'add'], { stdin: text });
  expect(exitCode).toBe(0);
  expect(posts()).toEqual([
    ['/mcp-secrets', { name: 'gh.GH_TOKEN', value: canary }],
    [
      '/settings',
      {
        mcpServers: {
          ...settings.mcpServers,
          gh: { command: 'gh', env: { GH_TOKEN: { secret: 'gh.GH_TOKEN' } } },
        },
      },
    ],
  ]);
  expect(stdout + stderr).not.toContain(canary);
});

it('takes a secret from a pipe only, and removes it', async () => {
  expect((await world.run(['mcp', 'secret', 'a', canary])).exitCode).toBe(64);
  expect((await world.run(['mcp', 'secret', 'a b'], { stdin: canary })).exitCode).toBe(64);
  expect(posts()).toEqual([]);
  expect((await world.run(['mcp', 'secret', 'a'], { stdin: `${canary}\n` })).exitCode).toBe(0);
  expect((await world.run(['mcp', 'secret', 'a', '--remove'])).exitCode).toBe(0);
  expect(posts()).toEqual([
    ['/mcp-secrets', { name: 'a', value: canary }],
    ['/mcp-secrets', { name: 'a', value: null }],
  ]);
});

it.each([
  [['mcp', 'add', 'notes', '--', 'x'], 'There is a server notes already'],
  [['mcp', 'add', 'no name', '--', 'x'], 'cannot be a name'],
  [['mcp', 'remove', 'gone'], 'There is no server gone'],
])('%j changes nothing and says why', async (words, problem) => {
  const { exitCode, stderr } = await world.run(words);
  expect([exitCode, stderr]).toEqual([64, expect.stringContaining(problem)]);
  expect(posts()).toEqual([]);
});

it('removes one and leaves the others', async () => {
  expect((await world.run(['mcp', 'remove', 'notes'])).exitCode).toBe(0);
  expect(posts()).toEqual([['/settings', { mcpServers: {} }]]);
});

const address = 'https://login.example/authorize?state=x';
const started = { authorizationUrl: address, expiresAt: '2026-11-23T10:00:00.000Z' };

it('prints where to sign in to a server, and waits until the browser came back', async () => {
  world.sidecar.on('POST /mcp-servers/far/sign-in', json(started));
  const states = ['waiting', 'waiting', 'signed_in'].map((state) => json({ state, problem: null }));
  world.sidecar.on('GET /mcp-servers/far/sign-in', ...states);
  const { exitCode, stdout } = await world.run(['mcp', 'login', 'far', '--no-browser']);
  expect(exitCode).toBe(0);
  expect(stdout).toContain(`Sign in to far at:\n\n  ${address}\n`);
  expect(stdout).toContain('Signed in to far.');
  expect(posts()).toEqual([['/mcp-servers/far/sign-in', {}]]);
  expect(world.sidecar.requests.filter(({ url }) => url === '/mcp-servers/far/sign-in')).toHaveLength(4);
});

it('says why a sign-in ended without tokens, and names the folder of its server', async () => {
  world.sidecar.on('POST /mcp-servers/far/sign-in', json(started));
  const workspace = join(world.homeDir, 'here');
  world.sidecar.on(
    'GET /mcp-servers/far/sign-in',
    json({ state: 'signed_out', problem: 'Access was not granted.' }),
  );
  const { exitCode, stderr } = await world.run(['mcp', 'login', 'far', '--no-browser', '--folder', 'here']);
  expect(exitCode).toBe(77);
  expect(stderr).toContain('Access was not granted.');
  expect(posts()).toEqual([['/mcp-servers/far/sign-in', { workspace }]]);
  expect(world.sidecar.requests.at(-1)?.url).toContain(`?workspace=${encodeURIComponent(workspace)}`);
});

it('signs out of a server', async () => {
  world.sidecar.on('POST /mcp-servers/far/sign-out', json({ state: 'signed_out', problem: null }));
  expect((await world.run(['mcp', 'logout', 'far'])).stdout).toBe('Signed out of far.\n');
});
