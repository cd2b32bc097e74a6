import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, sep } from 'node:path';
import { type ChosenSettings, defaultSettings, type QueryEvent } from '@postern/contract';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { SettingsStore } from '../../settings/index.ts';
import { type Answer, Questions } from './questions.ts';
import { toolPermission } from './tool-permission.ts';

type Question = Extract<QueryEvent, { event: 'permission_request' }>['data'];
type Options = Parameters<ReturnType<typeof toolPermission>>[2];

/** Settings that are kept in memory. */
function settingsWith(chosen: Partial<ChosenSettings>): SettingsStore {
  let settings = { ...defaultSettings, ...chosen };
  return {
    read: () => settings,
    update: () => settings,
    allowAlways(workspace, rule) {
      const rules = [...(settings.alwaysAllow[workspace] ?? []), rule];
      settings = { ...settings, alwaysAllow: { ...settings.alwaysAllow, [workspace]: rules } };
    },
    forgetRule: () => undefined,
    unreadable: () => [],
  };
}

/** A workspace beside a folder that is none of it, and a person who answers as they are told. */
function desk(answer: Answer, chosen: Partial<ChosenSettings> = {}, meanwhile: () => void = () => undefined) {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'postern-permission-')));
  onTestFinished(() => rmSync(root, { recursive: true }));
  const [workspace, outside] = [join(root, 'work'), join(root, 'outside')];
  const [home, data] = [join(root, 'home'), join(root, 'data')];
  for (const dir of [workspace, outside, home, data]) mkdirSync(dir);
  const asked: Question[] = [];
  const settings = settingsWith(chosen);
  const questions: Questions = new Questions(
    (event) => {
      if (event.event !== 'permission_request') return;
      asked.push(event.data);
      meanwhile();
      queueMicrotask(() => questions.answer(event.data.requestId, answer));
    },
    Date.now,
    60_000,
  );
  const permit = toolPermission({
    workspace,
    home,
    attached: new Set([join(outside, 'attached.txt')]),
    mayRead: (path) => path !== data && !path.startsWith(`${data}${sep}`),
    settings,
    questions,
    previewer: { preview: async () => ({ diff: null, caution: null }) },
    onNotRemembered: () => undefined,
  });
  const ask = (toolName: string, input: Record<string, unknown>, options: Partial<Options> = {}) =>
    permit(toolName, input, {
      signal: new AbortController().signal,
      toolUseID: 't',
      requestId: 'r',
      ...options,
    });
  return { ask, asked, settings, root, workspace, outside, home, data };
}

const yes = { decision: 'allow', remember: false } as const;
const always = { decision: 'allow', remember: true } as const;
const no = { decision: 'deny', remember: false } as const;

describe('a tool call', () => {
  it('goes as the person says', async () => {
    expect(await desk(yes).ask('Bash', { command: 'x' })).toEqual({
      behavior: 'allow',
      updatedInput: { command: 'x' },
    });
    expect(await desk(no).ask('Bash', { command: 'x' })).toMatchObject({ behavior: 'deny' });
  });

  it('never reaches the data directory, by whatever name, and reads what was attached without a question', async () => {
    const { ask, asked, workspace, outside, data } = desk(yes);
    symlinkSync(data, join(workspace, 'way-in'));
    symlinkSync(join(data, 'later.db'), join(workspace, 'dangling'));
    writeFileSync(join(outside, 'attached.txt'), 'x');
    for (const path of [join(data, 'postern.db'), 'way-in/new/x', 'dangling', '../data/x', 'a/../../data/x'])
      for (const toolName of ['Write', 'Read', 'Edit', 'mcp__files__write'])
        expect(await ask(toolName, { file_path: path }), path).toMatchObject({ behavior: 'deny' });
    expect(await ask('Read', { file_path: join(outside, 'attached.txt') })).toMatchObject({
      behavior: 'allow',
    });
    expect(asked).toEqual([]);
  });

  it('acts where the question said, whatever the agent called it', async () => {
    const { ask, asked, workspace, outside } = desk(yes);
    symlinkSync(outside, join(workspace, 'src'));
    const allowed = await ask('Write', { file_path: 'src/index.ts', content: '' });
    expect(asked[0]).toMatchObject({
      path: join(outside, 'index.ts'),
      outside: true,
      cautions: ['outside_workspace', 'through_link'],
    });
    expect(allowed).toMatchObject({ updatedInput: { file_path: join(outside, 'index.ts') } });
  });

  it.each<[string, (place: { workspace: string; outside: string }) => void]>([
    ['the file', ({ workspace }) => writeFileSync(join(workspace, 'dir/a.txt'), 'changed')],
    [
      'the place',
      ({ workspace, outside }) => {
        rmSync(join(workspace, 'dir'), { recursive: true });
        symlinkSync(outside, join(workspace, 'dir'));
      },
    ],
  ])('is not done where %s changed while the question was open', async (_what, change) => {
    const place = { workspace: '', outside: '' };
    const made = desk(always, {}, () => change(place));
    Object.assign(place, made);
    mkdirSync(join(made.workspace, 'dir'));
    writeFileSync(join(made.workspace, 'dir/a.txt'), 'as it was asked about');
    expect(await made.ask('Write', { file_path: 'dir/a.txt', content: '' })).toMatchObject({
      behavior: 'deny',
    });
    expect(made.settings.read().alwaysAllow).toEqual({});
  });

  it.each([
    ...[
      'http://127.0.0.1:8765/health',
      'http://[::1]/',
      'http://0.0.0.0/',
      'http://127.1/',
      'http://2130706433/',
    ],
    ...[
      'http://localhost./',
      'http://app.localhost/',
      'http://169.254.169.254/latest/meta-data',
      'http://[fe80::1]/',
    ],
    ...['http://[::ffff:127.0.0.1]/', 'http://0x7f.0.0.1/'],
  ])('does not fetch a page of this machine: %s', async (url) => {
    const { ask, asked, settings, workspace } = desk(yes);
    settings.allowAlways(workspace, 'WebFetch(domain:localhost)');
    expect(await ask('WebFetch', { url, prompt: 'x' })).toMatchObject({ behavior: 'deny' });
    expect(asked).toEqual([]);
  });

  it('is denied where its path leads nowhere that can be told', async () => {
    const { ask, asked, workspace } = desk(yes);
    symlinkSync('b', join(workspace, 'a'));
    symlinkSync('a', join(workspace, 'b'));
    expect(await ask('Write', { file_path: 'a/x', content: '' })).toMatchObject({ behavior: 'deny' });
    expect(asked).toEqual([]);
  });
});

describe('a question', () => {
  it('holds the whole input, in words and as it came, and waits', async () => {
    const { ask, asked } = desk(no);
    const input = { command: `echo ${'x'.repeat(5_000)}\n\nrm -rf ~`, description: 'Lists files' };
    await ask('Bash', input);
    expect(asked[0]).toMatchObject({
      input,
      expiresAt: null,
      call: { action: 'Run a command', target: input.command },
      remember: { words: `run exactly this command: ${input.command}` },
    });
  });

  it.each<[string, Record<string, unknown>, string[]]>([
    ['Bash', { command: 'rm \u202Efdp.exe' }, ['hidden_characters']],
    ['Write', { file_path: 'a.txt', content: 'a\u200Bb' }, ['hidden_characters']],
    ['Bash', { command: 'сurl example.com' }, ['look_alike_characters']],
    ['WebFetch', { url: 'https://раypal.com/' }, ['look_alike_characters']],
    ['WebFetch', { url: 'https://xn--pypal-4ve.com/' }, ['look_alike_characters']],
    ['Write', { file_path: '.git/hooks/pre-commit', content: '' }, ['protected_file']],
    ['Write', { file_path: '/etc/passwd', content: '' }, ['outside_workspace', 'protected_file']],
    ['Bash', { command: 'npm test' }, []],
  ])('%s %j warns of %j', async (toolName, input, cautions) => {
    const { ask, asked } = desk(no);
    await ask(toolName, input);
    expect(asked[0]?.cautions).toEqual(cautions);
  });
});

describe('what “always” remembers', () => {
  it('is what the question said, and no more', async () => {
    const { ask, asked, settings, workspace, outside } = desk(always);
    await ask('Write', { file_path: join(workspace, 'a.txt'), content: '' });
    await ask('Bash', { command: 'npm test' });
    await ask('WebFetch', { url: 'https://EXAMPLE.com/a', prompt: 'x' });
    await ask('Read', { file_path: join(outside, 'one.txt') });
    const rules = [
      `Write(${workspace}/**)`,
      'Bash(npm test)',
      'WebFetch(domain:example.com)',
      `Read(${outside}/*)`,
    ];
    expect(settings.read().alwaysAllow).toEqual({ [workspace]: rules });
    expect(asked.map(({ remember }) => remember?.rule)).toEqual(rules);

    const unasked: [string, Record<string, unknown>][] = [
      ['Write', { file_path: 'deep/b.txt', content: '' }],
      ['Bash', { command: 'npm test', description: 'again', timeout: 5 }],
      ['WebFetch', { url: 'https://example.com:8443/b', prompt: 'y' }],
      ['Read', { file_path: join(outside, 'two.txt') }],
    ];
    for (const [toolName, input] of unasked) await ask(toolName, input);
    expect(asked).toHaveLength(rules.length);
  });

  it.each<[string, Record<string, unknown>]>([
    ['Write', { file_path: '../outside/a.txt', content: '' }],
    ['Write', { file_path: 'link/a.txt', content: '' }],
    ['Write', { file_path: '.git/hooks/pre-commit', content: '' }],
    ['Write', { file_path: 'sub/.GIT/config', content: '' }],
    ['Write', { file_path: '.mcp.json', content: '' }],
    ['Write', { file_path: '../worker/a.txt', content: '' }],
    ['Write', { file_path: '~/a.txt', content: '' }],
    ['Edit', { file_path: 'a.txt', old_string: 'a', new_string: 'b' }],
    ['Bash', { command: 'npm test ' }],
    ['Bash', { command: 'npm test; rm -rf ~' }],
    ['Bash', { command: 'npm test', run_in_background: true }],
    ['Bash', { command: 'npm test', dangerouslyDisableSandbox: true }],
    ['WebFetch', { url: 'https://example.com.evil.org/', prompt: 'x' }],
    ['WebFetch', { url: 'https://example.com@evil.org/', prompt: 'x' }],
    ['WebFetch', { url: 'https://me:secret@example.com/', prompt: 'x' }],
    ['WebFetch', { url: 'file://example.com/etc/passwd', prompt: 'x' }],
    ['Read', { file_path: '../outside/deep/one.txt' }],
    ['Grep', { pattern: 'x', path: '../outside' }],
    ['Glob', { pattern: '../outside/*' }],
    ['NotebookEdit', { notebook_path: 'a.ipynb', new_source: 'x' }],
    ['mcp__files__delete', { path: 'a.txt' }],
    ['mcp__other__list', {}],
  ])('does not cover %s %j', async (toolName, input) => {
    const rules = (workspace: string, outside: string) => [
      `Write(${workspace}/**)`,
      `Read(${outside}/*)`,
      'Bash(npm test)',
      'WebFetch(domain:example.com)',
      'mcp__files__list',
    ];
    const { ask, asked, settings, workspace, outside } = desk(no);
    for (const rule of rules(workspace, outside)) settings.allowAlways(workspace, rule);
    symlinkSync(outside, join(workspace, 'link'));
    expect(await ask(toolName, input)).toMatchObject({ behavior: 'deny' });
    expect(asked).toHaveLength(1);
  });

  it.each<[string, Record<string, unknown>, Partial<Options>]>([
    ['Write', { file_path: '.git/hooks/pre-commit', content: '' }, {}],
    ['Write', { file_path: '~/notes.txt', content: '' }, {}],
    ['Write', { file_path: '/etc/hosts', content: '' }, {}],
    ['Read', { file_path: '~/.ssh/id_ed25519' }, {}],
    ['Grep', { pattern: 'x', path: '/' }, {}],
    ['Grep', { pattern: 'x', path: '..' }, {}],
    ['Bash', { command: 'x', run_in_background: true }, {}],
    ['Bash', { command: 'a\u202Eb' }, {}],
    ['Bash', { command: 'x' }, { suppressAlwaysAllowRule: true }],
    ['Bash', { command: 'x' }, { defaultToNo: true }],
    ['WebFetch', { url: 'no address' }, {}],
    ['ExitPlanMode', { plan: 'x' }, {}],
    ['Agent', { prompt: 'x' }, {}],
    ['Unknown', { x: 1 }, {}],
  ])('is nothing for %s %j', async (toolName, input, options) => {
    const { ask, asked, settings } = desk(always);
    await ask(toolName, input, options);
    await ask(toolName, input, options);
    expect(asked.map(({ remember }) => remember)).toEqual([null, null]);
    expect(settings.read().alwaysAllow).toEqual({});
  });

  it('holds neither in another workspace nor while planning, nor against what the program says', async () => {
    const { ask, asked, settings, workspace } = desk(no);
    settings.allowAlways(join(workspace, 'sub'), 'Bash(x)');
    await ask('Bash', { command: 'x' });
    settings.allowAlways(workspace, 'Bash(x)');
    await ask('Bash', { command: 'x' }, { suppressAlwaysAllowRule: true });
    expect(asked).toHaveLength(2);
    const planning = desk(no, { permissionMode: 'plan' });
    planning.settings.allowAlways(planning.workspace, 'Bash(x)');
    await planning.ask('Bash', { command: 'x' });
    expect(planning.asked).toHaveLength(1);
  });

  it('never lets a file be written where no sentence that was shown said so', async () => {
    const names = fc.constantFrom(
      'a.txt',
      'sub/a.txt',
      'sub/deep/a.txt',
      'link/a.txt',
      'link/sub/a.txt',
      '.git/a',
      'dangling',
    );
    const bases = fc.constantFrom(
      '',
      '../outside/',
      '../outside/sub/',
      '../',
      '~/',
      'sub/../',
      'link/../../outside/',
    );
    const step = fc.oneof(
      { weight: 8, arbitrary: fc.record({ name: names, base: bases, remember: fc.boolean() }) },
      { weight: 1, arbitrary: fc.constantFrom('link outside', 'link inside') },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 24 }), async (steps) => {
        let remember = false;
        const shown: string[] = [];
        const place = desk({
          ...always,
          get remember() {
            return remember;
          },
        });
        const { ask, asked, root, workspace, outside } = place;
        const relink = (to: string): void => {
          const link = join(workspace, 'link');
          if (existsSync(link)) unlinkSync(link);
          symlinkSync(to, link);
        };
        mkdirSync(join(workspace, 'sub'));
        mkdirSync(join(outside, 'sub'));
        symlinkSync(join(outside, 'through.txt'), join(workspace, 'dangling'));
        relink(outside);
        for (const [number, each] of steps.entries()) {
          if (typeof each === 'string') {
            relink(each === 'link outside' ? outside : join(workspace, 'sub'));
            continue;
          }
          ({ remember } = each);
          const before = asked.length;
          const mark = `mark ${number}`;
          const result = await ask('Write', { file_path: each.base + each.name, content: mark });
          if (result?.behavior !== 'allow') continue;
          const question = asked.length > before ? asked.at(-1) : undefined;
          if (question !== undefined && remember && question.remember != null)
            shown.push(question.remember.words);
          const path = String(result.updatedInput?.['file_path']);
          mkdirSync(dirname(path), { recursive: true });
          writeFileSync(path, mark);
          const landed = fileWith(root, mark);
          // Asked: it is where the question said. Unasked: a sentence that was shown names its folder.
          if (question !== undefined) expect(landed).toBe(question.path);
          else
            expect(
              shown.some((words) => isSaid(words, landed)),
              `${landed} by ${shown.join(' | ')}`,
            ).toBe(true);
        }
      }),
      { numRuns: 25 },
    );
  });
});

/** The real file that holds a text. */
function fileWith(dir: string, text: string): string {
  const files = readdirSync(dir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const found = files
    .map(({ parentPath, name }) => join(parentPath, name))
    .find((path) => readFileSync(path, 'utf8') === text);
  return found === undefined ? 'nowhere' : realpathSync(found);
}

/** Read as a person reads it. */
function isSaid(words: string, path: string): boolean {
  const below = /^write files in (.*) and the folders below it$/.exec(words)?.[1];
  const directly = /^write files directly in (.*)$/.exec(words)?.[1];
  return (below !== undefined && path.startsWith(`${below}/`)) || dirname(path) === directly;
}
