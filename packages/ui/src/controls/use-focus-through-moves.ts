import { useLayoutEffect, useRef } from 'react';

/**
 * Keeps the focus on the button that moves its own row: a browser takes it from an element that changes its place on the page.
 * @param order what changes with the order of the rows
 * @returns notes the button as it is pressed
 */
export function useFocusThroughMoves(order: string): (pressed: HTMLElement) => void {
  const last = useRef<HTMLElement | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever the rows have moved
  useLayoutEffect(() => {
    if (document.activeElement === document.body) last.current?.focus();
  }, [order]);
  return (pressed) => {
    last.current = pressed;
  };
}
