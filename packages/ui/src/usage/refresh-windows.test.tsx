// @vitest-environment happy-dom
import { PosternError } from '@postern/client';
import type { RefreshedUsage, UsageRefresh } from '@postern/contract';
import { cleanup, fireEvent, render, screen } from '@testing-library/preact';
import { afterEach, expect, it } from 'vitest';
import { credential } from '../../test/support/sample-facts.ts';
import { RefreshWindows } from './refresh-windows.tsx';

afterEach(cleanup);

const nowMs = new Date(2026, 10, 24, 10).getTime();
const account = (credentialId: string, state: UsageRefresh['state'], code: string | null): UsageRefresh => ({
  ...{ credentialId, state, code },
  askedAt: new Date(nowMs).toISOString(),
  nextAt: new Date(nowMs + 300_000).toISOString(),
});

function ask(answer: () => Promise<RefreshedUsage>): void {
  const credentials = [
    credential('claude_code', { label: 'First' }),
    credential('claude_code', { id: 'claude_code:work', label: 'Work' }),
  ];
  render(<RefreshWindows nowMs={nowMs} credentials={credentials} onRefresh={answer} />);
  fireEvent.click(screen.getByRole('button', { name: 'Ask Claude Code now' }));
}

it('says of each account what became of it, and when it can be asked again', async () => {
  const refreshed = [
    account('claude_code:default', 'read', null),
    account('claude_code:work', 'recent', null),
    account('claude_code:old', 'failed', 'usage_unavailable'),
  ];
  ask(async () => ({ refreshed }) as RefreshedUsage);
  const said = await screen.findByText(/read just now/);
  expect(said.textContent).toBe(
    'Claude Code login “First”: read just now. ' +
      'Claude Code login “Work”: asked less than 5 minutes ago; can be asked again at 10:05. ' +
      'claude_code:old: The plan’s windows could not be read. Can be asked again at 10:05.',
  );
});

it('shows why nothing could be asked', async () => {
  ask(async () => {
    throw new PosternError({
      ...{ code: 'not_signed_in', status: 409, title: 'You are not signed in', detail: '' },
      retryable: false,
    });
  });
  expect(await screen.findByText('not_signed_in')).toBeTruthy();
});
