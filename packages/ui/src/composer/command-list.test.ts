import type { WorkspaceItem, WorkspaceLook } from '@postern/contract';
import { expect, it } from 'vitest';
import { commandsOf, isClear, offeredCommands } from './command-list.ts';

const item = (name: string, more: Partial<WorkspaceItem> = {}): WorkspaceItem => ({
  ...{ kind: 'command', name, file: `${name}.md`, summary: 'A command', loads: true, reason: null, text: '' },
  command: { name, description: `About ${name}`, argumentHint: null },
  ...more,
});
const look = (trust: WorkspaceLook['trust'], ...items: readonly WorkspaceItem[]): WorkspaceLook => ({
  ...{ path: '/w', hash: '', trust, items: [...items] },
});
const names = (found: readonly { readonly name: string }[]) => found.map(({ name }) => name);
const typed = (prompt: string) => ({ prompt, mayBeCommand: true });

it('of a trusted folder are those that load and may be called, beside what can be typed everywhere', () => {
  const items = [item('deploy:now'), item('old', { loads: false }), { ...item('rules'), command: undefined }];
  expect(names(commandsOf(look('trusted', ...items)))).toEqual(['clear', 'compact', 'deploy:now']);
  for (const trust of ['none', 'changed'] as const)
    expect(names(commandsOf(look(trust, ...items)))).toEqual(['clear', 'compact']);
});

it('are offered while a name is typed: those that begin with it first', () => {
  const commands = commandsOf(look('trusted', item('deploy'), item('undeploy')));
  expect(names(offeredCommands(typed('/'), commands))).toEqual(['clear', 'compact', 'deploy', 'undeploy']);
  expect(names(offeredCommands(typed('/DE'), commands))).toEqual(['deploy', 'undeploy']);
  expect(offeredCommands(typed('/deploy now'), commands)).toEqual([]);
  expect(offeredCommands(typed('deploy'), commands)).toEqual([]);
});

it('are never offered for what was pasted', () => {
  expect(offeredCommands({ prompt: '/de', mayBeCommand: false }, commandsOf(null))).toEqual([]);
  expect(isClear({ prompt: '/clear', mayBeCommand: false }, commandsOf(null))).toBe(false);
});

it('that clear begin a new conversation, unless the folder has one of that name', () => {
  expect(isClear(typed('/clear '), commandsOf(null))).toBe(true);
  expect(isClear(typed('/clear all'), commandsOf(null))).toBe(false);
  expect(isClear(typed('/clear'), commandsOf(look('trusted', item('clear'))))).toBe(false);
});
