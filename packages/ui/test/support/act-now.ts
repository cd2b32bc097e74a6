import { act } from '@testing-library/preact';

/** Does something at once, and draws what follows from it before it comes back. The library's own gives a promise for that as well. */
export function actNow(work: () => unknown): void {
  void act(() => void work());
}
