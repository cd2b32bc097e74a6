import { expect, it } from 'vitest';
import { isMadeByPostern, workspaceName } from './workspace-name.ts';

const id = '0b1f6a52-7c1d-4c66-9a30-5f6d8e0c2b71';
const made = `/home/ada/.cache/postern/workspaces/${id}`;

it.each([made, `C:\\Users\\ada\\AppData\\Local\\postern\\workspaces\\${id}`, `${made}/`])(
  'calls a folder that Postern made by its conversation: %s',
  (workspace) => {
    expect(isMadeByPostern(workspace)).toBe(true);
    expect(workspaceName(workspace, [{ id, title: 'Correct the Bernoulli numbers' }])).toBe(
      'Folder of “Correct the Bernoulli numbers”',
    );
  },
);

it('tells folders apart by the beginning of their id where the conversation is not loaded, or has no title', () => {
  expect(workspaceName(made, [])).toBe('Folder of an earlier conversation (0b1f6a52)');
  expect(workspaceName(made, [{ id, title: '' }])).toBe('Folder of an earlier conversation (0b1f6a52)');
});

it.each(['/home/ada/engine', '/srv/workspaces/engine', `/home/ada/${id}`, `${made}/src`])(
  'leaves the user’s own folder as it is: %s',
  (workspace) => {
    expect(isMadeByPostern(workspace)).toBe(false);
    expect(workspaceName(workspace, [{ id, title: 'x' }])).toBe(workspace);
  },
);
