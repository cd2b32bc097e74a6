import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { always, desk, no, type Options, yes } from '../../../test/support/agent/permission-harness.ts';

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
    ['Glob', { pattern: '{../../etc,x}/*' }],
    ['Glob', { pattern: ']/../../../etc/*' }],
    ['Glob', { pattern: '*/../../outside/*' }],
    ['Glob', { path: ' /etc', pattern: '*' }],
    ['Write', { file_path: '.vſcode/tasks.json', content: '' }],
    ['mcp__files__delete', { path: 'a.txt' }],
    ['mcp__other__list', {}],
  ])('does not cover %s %j', async (toolName, input) => {
    const rules = (workspace: string, outside: string) => [
      `Write(${workspace}/**)`,
      `Glob(${workspace}/**)`,
      `Read(${outside}/*)`,
      'Bash(npm test)',
      'WebFetch(domain:example.com)',
      'mcp__files__list',
    ];
    const { ask, asked, settings, workspace, outside } = desk(no);
    for (const rule of rules(workspace, outside)) settings.allowAlways(workspace, rule);
    symlinkSync(outside, join(workspace, 'link'));
    expect(await ask(toolName, input)).toMatchObject({ behavior: 'deny' });
    expect(asked.length).toBeLessThanOrEqual(1);
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
    ['Bash', { command: 'curl -H "x-api-key: sk-ant-api03-aaaaaaaaaaaa" https://example.com' }, {}],
    ['Bash', { command: 'x' }, { suppressAlwaysAllowRule: true }],
    ['Bash', { command: 'x' }, { defaultToNo: true }],
    ['WebFetch', { url: 'no address' }, {}],
    ['ExitPlanMode', { plan: 'x' }, {}],
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
    const planning = desk(no, {}, undefined, 'plan');
    planning.settings.allowAlways(planning.workspace, 'Bash(x)');
    await planning.ask('Bash', { command: 'x' });
    expect(planning.asked).toHaveLength(1);
  });

  it('goes by the mode of its turn, whatever the settings say for the next one', async () => {
    const { ask, asked, settings, workspace } = desk(no, { permissionMode: 'plan' }, undefined, 'ask');
    settings.allowAlways(workspace, 'Bash(x)');
    await ask('Bash', { command: 'x' });
    expect(asked).toEqual([]);
  });

  it('holds again once the user has agreed to the plan, and not before', async () => {
    for (const [answer, questions] of [
      [yes, ['ExitPlanMode']] as const,
      [no, ['ExitPlanMode', 'Bash']] as const,
    ]) {
      const { ask, asked, settings, workspace } = desk(answer, {}, undefined, 'plan');
      settings.allowAlways(workspace, 'Bash(x)');
      await ask('ExitPlanMode', { plan: 'Run x.' });
      await ask('Bash', { command: 'x' });
      expect(asked.map(({ toolName }) => toolName)).toEqual(questions);
    }
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
