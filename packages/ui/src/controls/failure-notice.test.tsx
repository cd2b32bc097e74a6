// @vitest-environment happy-dom
import { type ErrorCode, errorTable } from '@postern/contract';
import { cleanup, render, screen } from '@testing-library/preact';
import { afterEach, expect, it } from 'vitest';
import { failureOfCode } from '../format/index.ts';
import { FailureNotice } from './failure-notice.tsx';

afterEach(cleanup);

it.each<[ErrorCode, string]>([
  ['fallback_refused', 'note'],
  ['sign_in_cancelled', 'note'],
  ['access_denied', 'note'],
  ['upstream_unavailable', 'warn'],
  ['agent_program_missing', 'bad'],
])('shows %s as %s, with its next step and its code', (code, tone) => {
  render(<FailureNotice failure={failureOfCode(code)} />);
  const alert = screen.getByRole('alert');
  expect(alert.firstElementChild?.className).toBe(`notice notice-${tone}`);
  expect(alert.textContent).toContain(errorTable[code].nextStep);
  expect(alert.textContent).toContain(code);
});
