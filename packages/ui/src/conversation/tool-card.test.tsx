// @vitest-environment happy-dom
import { cleanup, render, screen } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import type { ToolResult } from '../state/thread-item.ts';
import { ToolCard } from './tool-card.tsx';

afterEach(cleanup);

function show(result: Partial<ToolResult>): void {
  const whole = { content: '', isError: true, deniedBy: null, path: null, diff: null, ...result };
  const tool = {
    type: 'tool',
    key: 'n1',
    toolUseId: 'u1',
    name: 'Bash',
    input: {},
    result: whole,
    inside: [],
  } as const;
  render(<ToolCard tool={tool} running={false} asking={false} />);
}

it.each([
  ['person', 'Denied by you'],
  ['no_answer', 'Denied: no answer'],
  ['rule', 'Denied by a rule'],
] as const)('shows what was denied by %s as "%s", calmly and not as a failure', (deniedBy, words) => {
  show({ deniedBy });
  expect(screen.getByText(words).className).toBe('badge badge-note');
  expect(screen.queryByText('Failed')).toBeNull();
});

it('shows what went wrong as failed', () => {
  show({});
  expect(screen.getByText('Failed').className).toBe('badge badge-bad');
});
