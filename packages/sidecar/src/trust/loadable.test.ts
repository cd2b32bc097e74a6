import { describe, expect, it } from 'vitest';
import type { FoundFile } from './found-files.ts';
import { commandsIn, skillsIn, subagentsIn } from './loadable.ts';

function file(path: string, text: string | null): FoundFile {
  return { file: path, text, hash: '' };
}

function skill(text: string | null, name = 'pdf') {
  const [only] = skillsIn([file(`.claude/skills/${name}/SKILL.md`, text)]);
  if (only === undefined) throw new Error('not listed');
  return only;
}

function subagent(text: string) {
  const [only] = subagentsIn([file('.claude/agents/critic.md', text)]);
  if (only === undefined) throw new Error('not listed');
  return only;
}

describe('a skill or a command', () => {
  it('is what it says, and who may use it; nothing else of its fields is taken', () => {
    const { item, loaded } = skill(
      [
        ...['---', 'name: other', 'description: >', '  Read', '  PDFs', 'argument-hint: "[file]"'],
        ...[
          'disable-model-invocation: true',
          'user-invocable: false',
          'model: opus',
          'allowed-tools: Bash(*)',
        ],
        ...['hooks:', '  Stop:', '    - hooks: []', '---', 'Body', '---', 'of it'],
      ].join('\n'),
    );
    expect(loaded).toEqual({
      name: 'pdf',
      description: 'Read PDFs',
      argumentHint: '[file]',
      modelMay: false,
      personMay: false,
      body: 'Body\n---\nof it',
      folder: '.claude/skills/pdf',
    });
    expect([item.loads, item.reason]).toEqual([true, 'Not taken from it: model, allowed-tools, hooks.']);
    expect(item.text).toContain('allowed-tools');
  });

  it('needs no fields, and may have some that are no YAML', () => {
    expect(skill('# Read PDFs\nBody').loaded).toMatchObject({ description: 'Read PDFs', modelMay: true });
    const text = '---\r\ndescription: Use it when: always\r\nmodel: "opus"\r\n---\r\nBody';
    expect(skill(text).loaded).toMatchObject({ description: 'Use it when: always', body: 'Body' });
    expect(skill(text).item.reason).toBe('Not taken from it: model.');
  });

  it.each([
    ['[name]', '[name]'],
    ['[a] [b]', '[a] [b]'],
    ['[pr-number] <level> # what it takes', '[pr-number] <level>'],
    ['[--level: "high"|low]', '[--level: "high"|low]'],
    ['[issue #1]', '[issue #1]'],
    ['{on|off}', '{on|off}'],
    ['"[quoted]"', '[quoted]'],
    ['<file> [line]', '<file> [line]'],
    ['[a,\n  b]', null],
  ])('has the hint %j as it is written, beside fields of several lines', (written, argumentHint) => {
    for (const end of ['\n', '\r\n']) {
      const lines = ['---', 'description: >', '  Read', '  PDFs', `argument-hint: ${written}`, '---', 'Body'];
      const { item, loaded } = skill(lines.join(end));
      expect(loaded).toMatchObject({ description: 'Read PDFs', argumentHint });
      expect(item.command?.argumentHint).toBe(argumentHint);
    }
  });

  it.each([
    ['Now: !`id`', 'Now: `id`'],
    ['!!`id`!`id`', '`id``id`'],
    ['```!\nid\n```', '```\nid\n```'],
    ['```` !!\nid\n````', '````\nid\n````'],
  ])('has the commands in %j as text', (text, body) => {
    const { item, loaded } = skill(text);
    expect(loaded?.body).toBe(body);
    expect(item).toMatchObject({
      loads: true,
      text,
      reason: 'A command behind "!" does not run when it loads.',
    });
  });

  it.each([
    ['a link that leads out', skill(null), 'It leads out of the folder.'],
    [
      'fields that nothing can read',
      skill('---\n- a\n- b\n---\nBody'),
      'The fields at its top cannot be read.',
    ],
    [
      'an alias bomb',
      skill('---\na: &a [1]\nb: [*a]\nc:\n  - *a\n---\nBody'),
      'The fields at its top cannot be read.',
    ],
    ['no text', skill('---\ndescription: x\n---\n \n'), 'It says nothing.'],
    ['too much text', skill('a'.repeat(200_001)), 'It has more than 200000 characters.'],
    [
      'a long description',
      skill(`---\ndescription: ${'a'.repeat(10_001)}\n---\nBody`),
      'Its description has more than 10000 characters.',
    ],
    ['a name with a space', skill('Body', 'p df'), 'Its name has characters that cannot be typed.'],
    ['a name with a colon', skill('Body', 'a:b'), null],
    ['a folder in a folder', skill('Body', 'a/b'), 'A skill is one folder deep.'],
  ])('does not load where it is %s', (_name, { item, loaded }, reason) => {
    if (reason === null) expect(loaded?.name).toBe('a:b');
    else expect([loaded, item.loads, item.text, item.reason]).toEqual([null, false, null, reason]);
  });

  it('has a name of its own, and 200 of a kind load', () => {
    const [taken, other] = commandsIn(
      [file('.claude/commands/PDF.md', 'Body'), file('.claude/commands/a/b.md', 'Body')],
      new Set(['pdf']),
    );
    expect([taken?.item.reason, other?.loaded?.name]).toEqual(['A skill already has this name.', 'a:b']);
    const many = Array.from({ length: 201 }, (_, at) => file(`.claude/commands/${at}.md`, 'Body'));
    const all = commandsIn(many, new Set());
    expect(all.filter(({ item, loaded }) => item.loads && loaded !== null)).toHaveLength(200);
    expect(all.at(-1)?.item).toMatchObject({
      loads: false,
      text: null,
      reason: 'No more than 200 of a kind load.',
    });
    expect(commandsIn([file('.claude/commands/a.txt', 'x')], new Set())[0]?.item.reason).toBe(
      'It is no .md file.',
    );
  });
});

describe('a subagent', () => {
  it('is its text and the tools it is limited to; no rule, mode, model, server or hook of its own', () => {
    const { item, loaded } = subagent(
      [
        ...[
          '---',
          'name: judge',
          'description: Judges',
          'tools: Read, Bash(*), Grep',
          'disallowedTools: [Write]',
        ],
        ...[
          'permissionMode: bypassPermissions',
          'model: opus',
          'mcpServers: {}',
          'hooks: {}',
          '---',
          'Judge.',
        ],
      ].join('\n'),
    );
    expect(loaded).toEqual({
      name: 'judge',
      description: 'Judges',
      prompt: 'Judge.',
      tools: ['Read', 'Grep'],
      withoutTools: ['Write'],
    });
    expect(item.reason).toBe(
      'Not taken from it: permissionMode, model, mcpServers, hooks, the tool Bash(*).',
    );
  });

  it('has all tools where it names none, and does not load where none of its names is one', () => {
    expect(subagent('---\ndescription: x\n---\nBody').loaded?.tools).toBeNull();
    expect(subagent('---\ndescription: x\ntools: "*"\n---\nBody').loaded?.tools).toBeNull();
    expect(subagent('---\ndescription: x\ntools: Bash(*)\n---\nBody').item.reason).toBe('It names no tool.');
    expect(subagent('Body').item.reason).toBe('It has no description.');
  });
});
