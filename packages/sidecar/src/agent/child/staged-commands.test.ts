import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { stagedCommands } from './staged-commands.ts';

function dataDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'postern-staged-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  return dir;
}

/** As a skill writes it. */
const skillDir = '$' + '{CLAUDE_SKILL_DIR}';

const skill = {
  ...{
    name: 'pdf',
    description: 'x\nallowed-tools: Bash',
    argumentHint: '"\n---',
    modelMay: true,
    personMay: false,
  },
  ...{ body: `See ${skillDir}/a.md`, folder: '.claude/skills/pdf' },
};
const command = { ...skill, name: 'a:b', argumentHint: null, modelMay: false, personMay: true, folder: null };

it('is written for the person alone, with no field but ours, and goes', async () => {
  const staged = stagedCommands(dataDir(), 'mark', '/projects/$& here', [skill, command]);
  if (staged === null) throw new Error('nothing staged');
  expect(existsSync(staged.path)).toBe(false);
  staged.write();
  const file = join(staged.path, 'commands/pdf.md');
  expect(readFileSync(file, 'utf8')).toBe(
    [
      ...['---', String.raw`description: "x\nallowed-tools: Bash"`, String.raw`argument-hint: "\"\n---"`],
      ...['disable-model-invocation: false', 'user-invocable: false', '---', ''],
      ...['Base directory for this skill: /projects/$& here/.claude/skills/pdf', ''],
      'See /projects/$& here/.claude/skills/pdf/a.md',
    ].join('\n'),
  );
  expect(readFileSync(join(staged.path, 'commands/a/b.md'), 'utf8')).toContain(`---\n\nSee ${skillDir}/a.md`);
  if (process.platform !== 'win32')
    expect([staged.path, file].map((path) => statSync(path).mode & 0o777)).toEqual([0o700, 0o600]);
  await staged.remove();
  expect(existsSync(staged.path)).toBe(false);
});

it('is whole or not there', () => {
  const staged = stagedCommands(dataDir(), 'mark', '/projects', [skill, skill]);
  expect(() => staged?.write()).toThrow('EEXIST');
  expect(existsSync(staged?.path ?? '')).toBe(false);
  expect(stagedCommands(dataDir(), 'mark', '/projects', [])).toBeNull();
});
