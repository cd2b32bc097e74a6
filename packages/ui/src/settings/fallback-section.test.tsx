// @vitest-environment happy-dom
import { cleanup, render } from '@testing-library/preact';
import { afterEach, expect, it } from 'vitest';
import { FallbackSection } from './fallback-section.tsx';

afterEach(cleanup);

it('says what is left of a cap beside that very cap alone', () => {
  const spent = [{ scope: 'day', capUsd: 5, spentUsd: 4, reservedUsd: 0, leftUsd: 1 } as const];
  const shown = (capUsdPerDay: number) => (
    <FallbackSection
      fallback={{ onAuthFailure: 'allow', onUsageLimit: 'ask', capUsdPerDay }}
      spent={spent}
      onChange={() => {}}
    />
  );
  const { rerender } = render(shown(5));
  expect(document.body.textContent).toContain('$1.00 left');
  rerender(shown(50));
  expect(document.body.textContent).not.toContain('left');
});
