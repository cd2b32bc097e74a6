import { expect, it } from 'vitest';
import { settingsWith } from '../../test/support/sample-facts.ts';
import { workspacesUsed } from './suggestions.ts';

it('suggests the user’s own folders, the chosen one first, and none that Postern made for one conversation', () => {
  const made = '/home/ada/.cache/postern/workspaces/0b1f6a52-7c1d-4c66-9a30-5f6d8e0c2b71';
  const history = [made, '/home/ada/engine', null].map((workspace, at) => ({
    id: `c${at}`,
    title: '',
    workspace,
    updatedAt: '2026-11-29T07:00:00.000Z',
  }));
  expect(workspacesUsed(history, settingsWith({ workspace: '/srv' }))).toEqual(['/srv', '/home/ada/engine']);
});
