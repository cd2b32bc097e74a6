// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { FallbackSheet } from './fallback-sheet.tsx';
import { PermissionSheet } from './permission-sheet.tsx';
import type { Answer } from './query-actions.ts';
import type { Question } from './thread.ts';

const expiresAt = new Date(Date.now() + 240_000).toISOString();
const permission: Extract<Question, { type: 'permission' }> = {
  type: 'permission',
  requestId: 'p1',
  toolName: 'Bash',
  input: { command: 'rm -r build' },
  path: null,
  diff: null,
  expiresAt,
  answering: false,
  failure: null,
};

afterEach(() => {
  cleanup();
  document.body.replaceChildren();
});

function typing(value: string): HTMLTextAreaElement {
  const field = document.createElement('textarea');
  field.id = 'prompt';
  field.value = value;
  document.body.append(field);
  field.focus();
  return field;
}

describe('the approval sheet', () => {
  it('shows the whole of what would be done, and what "always" will mean', () => {
    render(<PermissionSheet question={permission} workspace="/home/ada/engine" onAnswer={() => {}} />);
    const text = screen.getByRole('region', { name: 'Allow it to run a command?' }).textContent ?? '';
    expect(text).toContain('rm -r build');
    expect(text).toContain('Bash may do this kind of thing in /home/ada/engine without being asked');
  });

  it.each([
    ['Allow once', { requestId: 'p1', decision: 'allow', remember: false }],
    ['Always allow here', { requestId: 'p1', decision: 'allow', remember: true }],
    ['Deny', { requestId: 'p1', decision: 'deny', remember: false }],
  ] as const)('answers with %s', (name, answer) => {
    const given: Answer[] = [];
    render(<PermissionSheet question={permission} workspace={null} onAnswer={(each) => given.push(each)} />);
    fireEvent.click(screen.getByRole('button', { name }));
    expect(given).toEqual([answer]);
  });

  it('takes the focus where nobody is typing, and never on a button', () => {
    typing('');
    render(<PermissionSheet question={permission} workspace={null} onAnswer={() => {}} />);
    expect(document.activeElement?.tagName).toBe('SECTION');
  });

  it('does not take the focus from somebody who is typing', () => {
    const field = typing('half a sentence');
    render(<PermissionSheet question={permission} workspace={null} onAnswer={() => {}} />);
    expect(document.activeElement).toBe(field);
  });

  it('gives the focus back to the prompt once it is answered', () => {
    const field = typing('');
    const { unmount } = render(
      <PermissionSheet question={permission} workspace={null} onAnswer={() => {}} />,
    );
    unmount();
    expect(document.activeElement).toBe(field);
  });
});

it('asks about another payer with the reason, who would pay, and the cap', () => {
  const oauth = { id: 'oauth:default', kind: 'oauth', payer: 'Your plan' } as const;
  const apiKey = { id: 'api_key:default', kind: 'api_key', payer: 'Your API key’s organization' } as const;
  const given: Answer[] = [];
  render(
    <FallbackSheet
      question={{
        type: 'fallback',
        requestId: 'f1',
        from: oauth,
        to: apiKey,
        reason: 'plan_limit_reached',
        payer: apiKey.payer,
        capUsd: 5,
        expiresAt,
        answering: false,
        failure: null,
      }}
      onAnswer={(each) => given.push(each)}
    />,
  );
  const text = screen.getByRole('region').textContent ?? '';
  expect(text).toContain('The plan’s usage limit is reached');
  expect(text).toContain('your API key’s organization, up to $5.00 a day');
  fireEvent.click(screen.getByRole('button', { name: 'Allow until midnight' }));
  expect(given).toEqual([{ requestId: 'f1', decision: 'allow', remember: true }]);
});
