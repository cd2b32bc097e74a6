import { act } from '@testing-library/preact';

/** Does something at once, and draws what follows from it before it comes back. The library's own gives a promise for that as well. */
export function actNow(work: () => unknown): void {
  void act(() => void work());
}

/** What was promised has arrived and is drawn. */
export const settled = (): Promise<void> => act(() => new Promise<void>((resolve) => setTimeout(resolve)));
