import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type ApprovalsHouse,
  bash,
  fetchPage,
  type Outcome,
  openApprovalsHouse,
  write,
} from './harness/approvals.ts';
import type { Attempt } from './harness/hostile-model.ts';

let house: ApprovalsHouse;
let work: string;
let outside: string;
let dataDir: string;
let home: string;
beforeAll(async () => {
  house = await openApprovalsHouse();
  ({ work, outside, dataDir, home } = house);
});
afterAll(() => house.close());

/** Every file outside the workspace and the data directory, by name and content: what must stay as it is. */
function everythingOutside(): string {
  return (
    [outside, home, join(work, '../workspace-evil')]
      .flatMap((dir) => readdirSync(dir, { recursive: true, withFileTypes: true }))
      // Programs keep hidden files of their own at home; those that matter are named.
      .filter(
        (entry) => entry.isFile() && !/\/home\/\.(?!ssh|bashrc)/.test(`${entry.parentPath}/${entry.name}`),
      )
      .map(({ parentPath, name }) => `${parentPath}/${name} ${readFileSync(join(parentPath, name), 'utf8')}`)
      .join('\n')
  );
}

/** Remembers a yes to `first`, then tries the others under a person who says no. */
async function afterAlways(
  first: readonly Attempt[],
  others: readonly Attempt[],
): Promise<readonly Outcome[]> {
  await house.forget();
  await house.attempt(first, () => 'always');
  return await house.attempt(others, () => 'deny');
}

describe('after “always” to one Write in the workspace', () => {
  const inside: [string, () => string][] = [
    ['a new file', () => join(work, 'new.txt')],
    ['a new folder', () => join(work, 'new/deep/er/file.txt')],
    ['a relative path', () => 'relative.txt'],
    ['a way out and back in', () => join(outside, '../workspace/back.txt')],
    ['a link to the workspace itself', () => join(work, 'self/through.txt')],
    ['a name with dots', () => join(work, '..hidden..txt')],
    ['a name with a space at its end', () => join(work, 'space ')],
    ['a way back from behind a link', () => `${work}/link/../back-again.txt`],
    ['a name of 200 characters', () => join(work, 'n'.repeat(200))],
  ];
  const asked: [string, () => string][] = [
    ['a file outside', () => join(outside, 'x.txt')],
    ['the same by a relative path', () => '../outside/x.txt'],
    ['a way through the workspace', () => join(work, 'src/../../outside/x.txt')],
    ['a folder that begins with the workspace’s name', () => join(work, '../workspace-evil/x.txt')],
    ['a link to a folder', () => join(work, 'link/x.txt')],
    ['a new folder behind a link', () => join(work, 'link/new/deep/x.txt')],
    ['a relative link in a folder', () => join(work, 'src/up/x.txt')],
    ['a link to a link', () => join(work, 'chain/x.txt')],
    ['the root by a link', () => join(work, 'root', outside, 'x.txt')],
    ['the home folder', () => '~/x.txt'],
    ['a shell’s start file', () => join(home, '.bashrc')],
    ['a key file of SSH', () => join(home, '.ssh/authorized_keys')],
    ['the system', () => '/etc/cron.d/x'],
    ['the process’s own folder', () => `/proc/self/cwd/../outside/x.txt`],
    ['a hook of git', () => join(work, '.git/hooks/pre-commit')],
    ['a hook of git in other letters', () => join(work, '.GIT/hooks/pre-commit')],
    ['a hook of git in a folder', () => join(work, 'vendor/.git/config')],
    ['settings of an agent', () => join(work, '.claude/settings.json')],
    ['servers of an agent', () => join(work, '.mcp.json')],
    ['instructions of an agent', () => join(work, 'CLAUDE.md')],
    ['tasks of an editor', () => join(work, '.vscode/tasks.json')],
    ['an environment file of a shell', () => join(work, '.envrc')],
    ['a workflow', () => join(work, '.github/workflows/ci.yml')],
  ];
  const denied: [string, () => string][] = [
    ['the data directory', () => join(dataDir, 'postern.db')],
    ['the data directory by a link', () => join(work, 'data-link/x')],
    ['a new file there by a link', () => join(work, 'data-dangling')],
    ['the agent’s own settings there', () => join(dataDir, 'claude/settings.json')],
  ];
  const refused: [string, () => string][] = [
    ['a link to itself', () => join(work, 'loop/x')],
    ['a link to a file that is not there yet', () => join(work, 'dangling')],
    ['a link to a file that was not read', () => join(work, 'file')],
  ];
  let outcomes: ReadonlyMap<string, Outcome>;
  let before: string;
  beforeAll(async () => {
    before = everythingOutside();
    const all = [...inside, ...asked, ...denied, ...refused];
    const seen = await afterAlways(
      [write(join(work, 'first.txt'))],
      all.map(([, path]) => write(path())),
    );
    outcomes = new Map(all.map(([name], at) => [name, seen[at] as Outcome]));
  });

  test('the settings say what was remembered, in full', async () => {
    const { alwaysAllow } = await house.postern.client.settings();
    expect(alwaysAllow).toEqual({ [work]: [`Write(${work}/**)`] });
  });

  test.each(inside.map(([name]) => [name]))('%s is written unasked', (name) => {
    expect(outcomes.get(name)).toMatchObject({ question: null, result: { isError: false } });
  });

  test.each(asked)('%s is asked about, by its real place', (name, path) => {
    const outcome = outcomes.get(name);
    expect(outcome?.question).not.toBeNull();
    expect(outcome?.result).toMatchObject({ isError: true });
    const place = outcome?.question?.path ?? '';
    expect(place).not.toMatch(/\/(?:link|chain|up|root|self)\/|\/(?:file|dangling)$|~/);
    const isOutside = !place.startsWith(`${work}/`);
    expect(outcome?.question).toMatchObject({ outside: isOutside });
    expect(outcome?.question?.cautions).toContain(isOutside ? 'outside_workspace' : 'protected_file');
    if (path().startsWith(`${work}/`) && isOutside && !path().includes('..'))
      expect(outcome?.question?.cautions).toContain('through_link');
  });

  test.each(denied.map(([name]) => [name]))('%s is refused unasked', (name) => {
    expect(outcomes.get(name)).toMatchObject({ question: null, result: { isError: true, deniedBy: 'rule' } });
  });

  test.each(refused.map(([name]) => [name]))('%s is not written', (name) => {
    expect(outcomes.get(name)?.result).toMatchObject({ isError: true });
  });

  test('nothing outside has changed', () => {
    expect(everythingOutside()).toBe(before);
    expect(existsSync(join(dataDir, 'planted.txt'))).toBe(false);
  });
});

describe('after “always” to one command, one page and one folder outside', () => {
  const others: [string, () => Attempt, 'unasked' | 'asked'][] = [
    ['the very command', () => bash('echo one'), 'unasked'],
    [
      'the command, described otherwise',
      () => bash('echo one', { description: 'Something else' }),
      'unasked',
    ],
    ['the command with a space more', () => bash('echo one '), 'asked'],
    ['the command with a line more', () => bash('echo one\ntouch two'), 'asked'],
    ['the command with another behind it', () => bash('echo one; touch two'), 'asked'],
    ['the command with an operator', () => bash('echo one&touch two'), 'asked'],
    ['the command in a subshell', () => bash('$(echo one)'), 'asked'],
    ['the command with a comment', () => bash('echo one # harmless'), 'asked'],
    ['the command in other letters', () => bash('Echo one'), 'asked'],
    ['the command with a letter that looks the same', () => bash('есho one'), 'asked'],
    ['the command with a hidden letter', () => bash('echo\u200B one'), 'asked'],
    [
      'another file of that folder',
      () => ({ tool: 'Read', input: { file_path: join(outside, 'secret.txt') } }),
      'unasked',
    ],
    [
      'a folder below it',
      () => ({ tool: 'Read', input: { file_path: join(outside, 'deep/x.txt') } }),
      'asked',
    ],
    ['a search there', () => ({ tool: 'Grep', input: { pattern: 'canary', path: outside } }), 'asked'],
    [
      'the file once more',
      () => ({ tool: 'Read', input: { file_path: join(outside, 'there.txt') } }),
      'unasked',
    ],
    [
      'a change there',
      () => ({
        tool: 'Edit',
        input: { file_path: join(outside, 'there.txt'), old_string: 'as it', new_string: 'is it' },
      }),
      'asked',
    ],
    ['a page of another host', () => fetchPage('https://example.com.evil.invalid/'), 'asked'],
    ['a page of a part of that host', () => fetchPage('https://sub.postern.invalid/'), 'asked'],
    ['a page by a name and a password', () => fetchPage('https://postern.invalid@evil.invalid/'), 'asked'],
    ['a page of a host that looks the same', () => fetchPage('https://роstern.invalid/'), 'asked'],
  ];
  let outcomes: ReadonlyMap<string, Outcome>;
  beforeAll(async () => {
    const first = [
      bash('echo one'),
      { tool: 'Read', input: { file_path: join(outside, 'there.txt') } },
      fetchPage('https://postern.invalid/a'),
    ];
    const seen = await afterAlways(
      first,
      others.map(([, attempt]) => attempt()),
    );
    outcomes = new Map(others.map(([name], at) => [name, seen[at] as Outcome]));
  });

  test('the settings say what was remembered, in full', async () => {
    const { alwaysAllow } = await house.postern.client.settings();
    expect(alwaysAllow).toEqual({
      [work]: ['Bash(echo one)', `Read(${outside}/*)`, 'WebFetch(domain:postern.invalid)'],
    });
  });

  test.each(others)('%s', (name, _attempt, expected) => {
    const outcome = outcomes.get(name);
    expect(outcome?.question === null ? 'unasked' : 'asked').toBe(expected);
    if (expected === 'asked') expect(outcome?.result.isError).toBe(true);
    else expect(outcome?.result.isError).toBe(false);
  });
});
