import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ApprovalsHouse, type Outcome, openApprovalsHouse } from './harness/approvals.ts';
import type { Attempt } from './harness/hostile-model.ts';

let house: ApprovalsHouse;
/** The workspace, and a folder beside it that no question about the workspace covers. */
let work: string;
let outside: string;
let dataDir: string;
let home: string;

beforeAll(async () => {
  house = await openApprovalsHouse();
  ({ workspace: work, dataDir, homeDir: home } = house.postern.household);
  outside = join(work, '../outside');
  mkdirSync(join(outside, 'deep'), { recursive: true });
  mkdirSync(join(work, 'src'));
  mkdirSync(join(work, '../workspace-evil'));
  writeFileSync(join(outside, 'there.txt'), 'as it was');
  writeFileSync(join(outside, 'secret.txt'), 'canary-outside');
  writeFileSync(join(work, 'src/a.txt'), 'one\ntwo\n');
  const links: Record<string, string> = {
    link: outside,
    'src/up': '../../outside/deep',
    chain: 'link',
    dangling: join(outside, 'not-yet.txt'),
    file: join(outside, 'there.txt'),
    root: '/',
    self: '.',
    'data-link': dataDir,
    'data-dangling': join(dataDir, 'planted.txt'),
    loop: 'loop',
  };
  for (const [name, to] of Object.entries(links)) symlinkSync(to, join(work, name));
});
afterAll(() => house.close());

const write = (path: string, content = 'written by the agent'): Attempt => ({
  tool: 'Write',
  input: { file_path: path, content },
});
const bash = (command: string, more = {}): Attempt => ({
  tool: 'Bash',
  input: { command, description: 'x', ...more },
});
const fetchPage = (url: string): Attempt => ({ tool: 'WebFetch', input: { url, prompt: 'x' } });
const forget = async (): Promise<void> => {
  await house.postern.client.updateSettings({ alwaysAllow: {} });
};

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
  await forget();
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
      'a change there by a link',
      () => ({
        tool: 'Edit',
        input: { file_path: join(work, 'file'), old_string: 'as it', new_string: 'is it' },
      }),
      'asked',
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

describe('a question', () => {
  const huge = `echo ${'x'.repeat(300_000)}\nrm -rf important`;
  const shown: [string, () => Attempt, (outcome: Outcome) => void][] = [
    [
      'shows a command of 300,000 characters whole',
      () => bash(huge),
      ({ question }) => {
        expect(question?.call?.parts[0]).toEqual({ label: 'Command', kind: 'command', text: huge });
        expect(question?.input['command']).toBe(huge);
        expect(question?.remember).toBeNull();
      },
    ],
    [
      'warns of marks that turn the direction in a command',
      () => bash('echo \u202Etxt.exe'),
      ({ question }) => expect(question).toMatchObject({ cautions: ['hidden_characters'], remember: null }),
    ],
    [
      'warns of marks that turn the direction in a name',
      () => write(join(work, 'invoice\u202Efdp.sh')),
      ({ question }) => expect(question?.cautions).toEqual(['hidden_characters']),
    ],
    [
      'warns of characters in the content that do not show',
      () => write(join(work, 'x.js'), 'const a\u2060b = 1;\n'),
      ({ question }) => expect(question?.cautions).toEqual(['hidden_characters']),
    ],
    [
      'warns of terminal escapes',
      () => write(join(work, 'escapes.txt'), '\u001B[2K\u001B[1Aecho safe'),
      ({ question }) => expect(question?.cautions).toEqual(['hidden_characters']),
    ],
    [
      'warns of a letter of another script in a path',
      () => write(join(work, 'src/indеx.ts')),
      ({ question }) => expect(question?.cautions).toEqual(['look_alike_characters']),
    ],
    [
      'warns of a host in another script',
      () => fetchPage('https://аpple.invalid/'),
      ({ question }) => expect(question?.cautions).toEqual(['look_alike_characters']),
    ],
    [
      'shows the whole difference of a new file',
      () => write(join(work, 'many.txt'), Array.from({ length: 3_000 }, (_, at) => `line ${at}\n`).join('')),
      ({ question }) => {
        expect(question?.diff).toContain('+line 0\n');
        expect(question?.diff).toContain('+line 2999\n');
      },
    ],
    [
      'shows the input of a cell of a notebook',
      () => ({
        tool: 'NotebookEdit',
        input: { notebook_path: join(work, 'book.ipynb'), cell_id: 'a', new_source: 'print("the cell")' },
      }),
      ({ question }) =>
        expect(question?.call?.parts).toContainEqual({
          label: 'New content of the cell',
          kind: 'text',
          text: 'print("the cell")',
        }),
    ],
    [
      'says that a file which would be replaced holds no text',
      () => write(join(work, 'picture.png')),
      ({ question }) => {
        expect(question?.cautions).toContain('binary_file');
        expect(question?.diff).toBeUndefined();
      },
    ],
    [
      'waits: it ends by no clock',
      () => bash('sleep 0'),
      ({ question }) => expect(question?.expiresAt).toBeNull(),
    ],
  ];
  let outcomes: readonly Outcome[];
  beforeAll(async () => {
    await forget();
    writeFileSync(join(work, 'picture.png'), Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 1));
    const cell = {
      cell_type: 'code',
      id: 'a',
      metadata: {},
      outputs: [],
      execution_count: null,
      source: 'x',
    };
    writeFileSync(
      join(work, 'book.ipynb'),
      JSON.stringify({ cells: [cell], metadata: {}, nbformat: 4, nbformat_minor: 5 }),
    );
    const reads = ['book.ipynb', 'picture.png'].map((name) => ({
      tool: 'Read',
      input: { file_path: join(work, name) },
    }));
    const seen = await house.attempt([...reads, ...shown.map(([, attempt]) => attempt())], () => 'deny');
    outcomes = seen.slice(reads.length);
  });

  test.each(shown.map(([name, , check], at) => [name, at, check] as const))('%s', (_name, at, check) => {
    const outcome = outcomes[at];
    expect(outcome?.question).not.toBeNull();
    if (outcome !== undefined) check(outcome);
  });

  test('asked a hundred times at once is a hundred questions, and one yes is one yes', async () => {
    await forget();
    const many = Array.from({ length: 100 }, (_, at) => write(join(work, `many/${at}.txt`)));
    house.model.attempts = [many];
    const asked: string[] = [];
    const { client } = house.postern;
    for await (const event of client.runQuery({ prompt: 'Hello', workspace: work })) {
      if (event.event !== 'permission_request') continue;
      asked.push(String(event.data.path));
      const decision = asked.length === 1 ? 'allow' : 'deny';
      await client.approve({ requestId: event.data.requestId, decision });
    }
    expect(new Set(asked).size).toBe(100);
    expect(readdirSync(join(work, 'many'))).toHaveLength(1);
  });
});

describe('between the question and the answer', () => {
  const changes: [string, () => Attempt, () => void, () => void][] = [
    [
      'a file that changed is not overwritten',
      () => write(join(work, 'race-file.txt'), 'mine'),
      () => writeFileSync(join(work, 'race-file.txt'), 'written meanwhile'),
      () => expect(readFileSync(join(work, 'race-file.txt'), 'utf8')).toBe('written meanwhile'),
    ],
    [
      'a folder that became a link leads nowhere',
      () => write(join(work, 'race-dir/x.txt')),
      () => {
        rmSync(join(work, 'race-dir'), { recursive: true });
        symlinkSync(outside, join(work, 'race-dir'));
      },
      () => expect(existsSync(join(outside, 'x.txt'))).toBe(false),
    ],
    [
      'a link that was turned leads nowhere',
      () => write(join(work, 'race-link/x.txt')),
      () => {
        unlinkSync(join(work, 'race-link'));
        symlinkSync(outside, join(work, 'race-link'));
      },
      () => expect(existsSync(join(outside, 'x.txt'))).toBe(false),
    ],
    [
      'a new file that became a link leads nowhere',
      () => write(join(work, 'race-new.txt')),
      () => symlinkSync(join(outside, 'x.txt'), join(work, 'race-new.txt')),
      () => expect(existsSync(join(outside, 'x.txt'))).toBe(false),
    ],
  ];
  test.each(changes)('%s, and nothing is remembered', async (_name, attempt, change, check) => {
    await forget();
    mkdirSync(join(work, 'race-dir'), { recursive: true });
    if (!existsSync(join(work, 'race-link'))) symlinkSync(join(work, 'src'), join(work, 'race-link'));
    writeFileSync(join(work, 'race-file.txt'), 'as it was asked about');
    const [, outcome] = await house.attempt(
      [{ tool: 'Read', input: { file_path: join(work, 'race-file.txt') } }, attempt()],
      () => {
        change();
        return 'always';
      },
    );
    expect(outcome).toMatchObject({ result: { isError: true, deniedBy: 'rule' } });
    check();
    expect((await house.postern.client.settings()).alwaysAllow).toEqual({});
  });

  test('a link that is turned after “always” is asked about again', async () => {
    await forget();
    symlinkSync(join(work, 'src'), join(work, 'turned'));
    await house.attempt([write(join(work, 'turned/one.txt'))], () => 'always');
    unlinkSync(join(work, 'turned'));
    symlinkSync(outside, join(work, 'turned'));
    const [outcome] = await house.attempt([write(join(work, 'turned/two.txt'))], () => 'deny');
    expect(outcome?.question).toMatchObject({ path: join(outside, 'two.txt'), outside: true });
  });
});

describe('several windows', () => {
  test('the first answer counts, the others are told that it is no longer open', async () => {
    await forget();
    house.model.attempts = [bash('echo several')];
    const { client } = house.postern;
    const refusals: unknown[] = [];
    const resolutions: string[] = [];
    for await (const event of client.runQuery({ prompt: 'Hello', workspace: work })) {
      if (event.event === 'permission_resolution') resolutions.push(event.data.decision);
      if (event.event !== 'permission_request') continue;
      const { requestId } = event.data;
      await client.approve({ requestId, decision: 'deny' });
      for (const decision of ['allow', 'deny'] as const)
        await client
          .approve({ requestId, decision, remember: true })
          .catch((error: unknown) => refusals.push(error));
    }
    expect(resolutions).toEqual(['deny']);
    expect(refusals).toEqual([
      expect.objectContaining({ code: 'request_not_found' }),
      expect.objectContaining({ code: 'request_not_found' }),
    ]);
    expect((await client.settings()).alwaysAllow).toEqual({});
  });

  test('what one of them takes back is asked again in the others', async () => {
    await forget();
    const { client } = house.postern;
    await house.attempt([bash('echo kept'), bash('echo gone')], () => 'always');
    await client.updateSettings({ forgetRule: { workspace: work, rule: 'Bash(echo gone)' } });
    const [kept, gone] = await house.attempt([bash('echo kept'), bash('echo gone')], () => 'deny');
    expect([kept?.question, gone?.question === null]).toEqual([null, false]);
  });

  test.each([
    ['a tool’s name', 'Bash'],
    ['a pattern', 'Bash(npm *:*)'],
    ['an empty command', 'Bash()'],
    ['a host by its name alone', 'WebFetch'],
    ['every host', 'WebFetch(domain:*)'],
    ['a relative folder', 'Write(../**)'],
    ['a tool that is not known', 'Everything'],
  ])('%s is no rule that can be kept: %s', async (_name, rule) => {
    const { client } = house.postern;
    const kept = client.updateSettings({ alwaysAllow: { [work]: [rule] } });
    if (rule === 'Bash(npm *:*)') {
      // Taken to the letter: it covers a command of that very text.
      await kept;
      const [outcome] = await house.attempt([bash('npm run x')], () => 'deny');
      expect(outcome?.question).not.toBeNull();
    } else await expect(kept).rejects.toMatchObject({ code: 'invalid_setting' });
    await forget();
  });
});
