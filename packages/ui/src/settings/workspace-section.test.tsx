// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from '@testing-library/preact';
import { afterEach, expect, it } from 'vitest';
import { credential, settingsWith } from '../../test/support/sample-facts.ts';
import { WorkspaceSection } from './workspace-section.tsx';

afterEach(cleanup);

const credentials = [
  credential('oauth', { label: 'ada@example.com' }),
  credential('claude_code', { status: 'absent' }),
  credential('api_key', { id: 'api_key:team', label: 'Team' }),
];

function draw(chosen: Record<string, string>, used: readonly string[]) {
  const changes: Record<string, string>[] = [];
  render(
    <WorkspaceSection
      settings={settingsWith({ workspaceCredential: chosen })}
      credentials={credentials}
      used={used}
      nameOf={(workspace) => workspace}
      onChange={(change) => changes.push(change)}
    />,
  );
  return changes;
}

/** What the browser does when an option is chosen. */
function choose(select: HTMLElement, value: string): void {
  Object.assign(select, { value });
  fireEvent(select, new Event('change', { bubbles: true }));
}

const optionsOf = (workspace: string) =>
  [...screen.getByLabelText<HTMLSelectElement>(workspace).options].map(({ text }) => text);

it('offers the order and every account that is there', () => {
  draw({}, ['/a']);
  expect(screen.getByLabelText<HTMLSelectElement>('/a').value).toBe('');
  expect(optionsOf('/a')).toEqual(['Default order', 'ada@example.com', 'Team']);
});

it('changes the choice of one workspace, and takes it back', () => {
  const changes = draw({ '/b': 'oauth:default' }, ['/a', '/b']);
  choose(screen.getByLabelText('/a'), 'api_key:team');
  choose(screen.getByLabelText('/b'), '');
  expect(changes).toEqual([{ '/b': 'oauth:default', '/a': 'api_key:team' }, {}]);
});

it('says what is chosen and not there any more, and what has to be signed in', () => {
  draw({ '/a': 'oauth:gone', '/b': 'claude_code:default' }, []);
  expect(optionsOf('/a')).toContain('Claude plan (Max) sign-in “gone” (removed)');
  expect(optionsOf('/b')).toContain('claude_code (not signed in)');
  expect(document.body.textContent).toContain('your rules under “If an account can’t be used” apply');
});

it('says where nothing was used yet, and folds a long list', () => {
  draw({}, []);
  expect(document.body.textContent).toContain('Workspaces you use are listed here');
  cleanup();
  draw({}, ['/1', '/2', '/3', '/4', '/5', '/6', '/7']);
  expect(screen.getByText('2 more in the default order')).toBeDefined();
});
