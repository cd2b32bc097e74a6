import { describe, expect, it } from 'vitest';
import { isMcpSecretName } from './mcp-names.ts';
import { readPastedServers } from './mcp-paste.ts';
import { editorServersSchema, mcpServersSchema } from './mcp-server.ts';

describe('what is pasted to add a server', () => {
  it.each([
    [
      'npx -y "@scope/notes server" --dir=\'a b\' C:\\x',
      { command: 'npx', args: ['-y', '@scope/notes server', '--dir=a b', 'C:\\x'] },
    ],
    [' https://mcp.example/mcp ', { type: 'http', url: 'https://mcp.example/mcp' }],
    ['{"command":"node","args":["a.js"]}', { command: 'node', args: ['a.js'] }],
    ['{"mcpServers":{"notes":{"url":"https://x.example/"}}}', { url: 'https://x.example/' }],
    ['{"notes":{"command":"x","env":{"MODE":"a"}}}', { command: 'x', env: { MODE: 'a' } }],
  ])('%s', (text, server) => {
    expect(readPastedServers('notes', text)).toEqual({ servers: { notes: server }, secrets: {} });
    expect(mcpServersSchema.safeParse({ notes: server }).success).toBe(true);
  });

  it('has its secrets taken out, by names that say whose they are', () => {
    const env = { GITHUB_TOKEN: 'ghp_1', MODE: 'a' };
    const read = readPastedServers('', JSON.stringify({ mcpServers: { gh: { command: 'x', env } } }));
    expect(read).toEqual({
      servers: { gh: { command: 'x', env: { GITHUB_TOKEN: { secret: 'gh.GITHUB_TOKEN' }, MODE: 'a' } } },
      secrets: { 'gh.GITHUB_TOKEN': 'ghp_1' },
    });
    const header = readPastedServers(
      'gh',
      '{"url":"https://x.example","headers":{"Authorization":"Bearer x"}}',
    );
    expect(header).toMatchObject({ secrets: { 'gh.Authorization': 'Bearer x' } });
  });

  it('gives each secret a name of its own, also where server and variable together are too long for one', () => {
    const long = 'n'.repeat(60);
    const env = { FIRST_TOKEN: 'a', SECOND_TOKEN: 'b', [`${'K'.repeat(70)}_TOKEN`]: 'c' };
    const servers = { [`${long}1`]: { command: 'x', env }, [`${long}2`]: { command: 'x', env } };
    const read = readPastedServers('', JSON.stringify(servers));
    const secrets = 'secrets' in read ? read.secrets : {};
    expect(Object.values(secrets).toSorted()).toEqual(['a', 'a', 'b', 'b', 'c', 'c']);
    const names = Object.keys(secrets);
    expect(names.filter((name) => !isMcpSecretName(name))).toEqual([]);
    expect(names.filter((name) => /^n+-[0-9a-f]{8}\.(?:FIRST|SECOND)_TOKEN$/.test(name))).toHaveLength(4);
    expect(read).toMatchObject({
      servers: { [`${long}1`]: { env: { FIRST_TOKEN: { secret: names[0] } } } },
    });
  });

  it.each([
    ['notes', '', 'Give a command, an address, or JSON.'],
    ['', 'npx notes', 'Give the server a name.'],
    ['my notes', 'npx notes', '“my notes” cannot be a name'],
    ['notes', '{"command":', 'This is not complete JSON'],
    ['notes', '{"mcpServers":{}}', 'There is no server in it.'],
    ['notes', '{"a":{"args":[]}}', 'a has neither a "command" nor a "url".'],
    [
      'notes',
      'https://ada:enigma@example.com/mcp',
      'The address of notes holds a password. Give it as a header, in JSON.',
    ],
    ['notes', '{"url":"ftp://x"}', 'The address of notes is not an http or https URL.'],
    ['notes', 'npx "notes', 'A quote in the command does not end.'],
  ])('is refused with a sentence: %s, %s', (name, text, problem) => {
    expect(readPastedServers(name, text)).toEqual({ problem: expect.stringContaining(problem) });
  });
});

it('keeps no literal secret, no variable of Claude’s and no unknown member in the setting', () => {
  for (const server of [
    { command: 'x', env: { API_TOKEN: 'literal' } },
    { command: 'x', env: { ANTHROPIC_BASE_URL: 'http://x' } },
    { url: 'https://x.example', headers: { Authorization: 'Bearer literal' } },
    { url: 'file:///x' },
    { command: 'x', url: 'https://x.example' },
    { command: 'x', cwd: '/' },
  ])
    expect(mcpServersSchema.safeParse({ notes: server }).success, JSON.stringify(server)).toBe(false);
  expect(mcpServersSchema.safeParse({ a__b: { command: 'x' } }).success).toBe(false);
  expect(
    mcpServersSchema.safeParse({ notes: { command: 'x', env: { API_TOKEN: { secret: 'a.b' } } } }).success,
  ).toBe(true);
});

it.each([
  [['--api-key', 'enigma-1842'], true],
  [['--api-key=enigma-1842'], true],
  [['--header', 'Authorization: Bearer enigma1842'], true],
  [['-e', 'GITHUB_TOKEN=enigma1842'], true],
  [['ghp_0123456789abcdef0123'], true],
  [['postgres://ada:enigma@localhost/db'], true],
  [['-y', '@scope/token-server', '--max-tokens', '4096', '--token-file', '/run/token'], false],
  [['-e', 'GITHUB_TOKEN', '--token=$TOKEN', '--password', '$PASSWORD', '--api-key'], false],
])('arguments with a secret are refused, with the way to give it: %s', (args, isSecret) => {
  const read = mcpServersSchema.safeParse({ notes: { command: 'x', args } });
  expect(read.success).toBe(!isSecret);
  const pasted = readPastedServers('notes', JSON.stringify({ command: 'x', args }));
  if (isSecret) {
    expect(read.error?.issues[0]?.message).toContain('put it into env');
    expect(pasted).toEqual({ problem: expect.stringContaining('Put it into "env"') });
    expect(JSON.stringify([read.error, pasted])).not.toContain('enigma');
  } else expect(pasted).toHaveProperty('servers');
});

it.each([
  ['https://ada@example.com/', false],
  ['https://ada:enigma@example.com/mcp', false],
  ['https:\\\\ada:enigma@example.com/mcp', false],
  ['https://example.com/@ada?to=a@b.c#@', true],
])('an address with a password is not taken, as it would be kept and shown: %s', (url, isTaken) => {
  expect(mcpServersSchema.safeParse({ notes: { url } }).success).toBe(isTaken);
});

it('an editor gives its servers what it wants to', () => {
  const notes = { command: 'x', args: ['--token', 'abcd1234'], env: { API_TOKEN: 'abcd1234' } };
  expect(editorServersSchema.safeParse({ notes }).success).toBe(true);
  expect(mcpServersSchema.safeParse({ notes }).success).toBe(false);
});
