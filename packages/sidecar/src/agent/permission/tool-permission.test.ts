import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { always, desk, no, yes } from '../../../test/support/agent/permission-harness.ts';

describe('a tool call', () => {
  it('goes as the person says', async () => {
    expect(await desk(yes).ask('Bash', { command: 'x' })).toEqual({
      behavior: 'allow',
      updatedInput: { command: 'x' },
    });
    expect(await desk(no).ask('Bash', { command: 'x' })).toMatchObject({ behavior: 'deny' });
  });

  it('of a subagent is not asked about, and never goes to the background, where it would outlive the turn', async () => {
    const { ask, asked } = desk(no);
    for (const background of [true, undefined])
      expect(await ask('Agent', { prompt: 'look', run_in_background: background })).toEqual({
        behavior: 'allow',
        updatedInput: { prompt: 'look', run_in_background: false },
      });
    expect(asked).toEqual([]);
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

  it.each<[string, Record<string, unknown>]>([
    ['Write', { file_path: 'a.txt ', content: '' }],
    ['Write', { file_path: '.mcp.json /.', content: '' }],
    ['Grep', { file_path: 'a.txt', path: '/etc', pattern: 'a' }],
    ['NotebookEdit', { file_path: 'a.txt', notebook_path: '/etc/x.ipynb', new_source: '' }],
    ['Read', { file_path: ['a.txt'] }],
    ['Glob', { pattern: 'x*/../../../etc/*' }],
  ])('is judged by one place that is what it seems, or not at all: %s %j', async (toolName, input) => {
    const { ask, asked, settings, workspace } = desk(no);
    for (const tool of ['Write', 'Read', 'Glob', 'Grep', 'NotebookEdit'])
      settings.allowAlways(workspace, `${tool}(${workspace}/**)`);
    const answer = await ask(toolName, input);
    if (answer?.behavior === 'allow') {
      // A blank that the program would trim is gone from what it is given.
      expect(answer.updatedInput).toEqual({ ...input, file_path: `${workspace}/a.txt` });
    } else expect(asked).toEqual([]);
  });

  it('says nothing of the place of a tool that is not the program’s own', async () => {
    const { ask, asked } = desk(no);
    await ask('mcp__files__write', { path: 'a.txt' });
    expect(asked[0]).not.toHaveProperty('path');
    expect(asked[0]).not.toHaveProperty('outside');
    expect(asked[0]?.cautions).toEqual([]);
  });

  it('is denied where its input is nested deeper than can be shown', async () => {
    const { ask, asked } = desk(yes);
    const deep = JSON.parse(`${'['.repeat(200_000)}${']'.repeat(200_000)}`) as unknown;
    expect(await ask('mcp__files__write', { deep })).toMatchObject({ behavior: 'deny' });
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
