import { useEffect, useState } from 'react';

/** Longer than the time between the clicks of a double click, and too short to be waited for. */
const settlingMs = 500;

/**
 * Whether what this stands in has been on the screen long enough to be meant by a click or a key: one that was on its way to what stood
 * there before must not answer it.
 */
export function useSettled(): boolean {
  const [settled, setSettled] = useState(false);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    // From when it is drawn: a large question may take its time, and a hidden window draws nothing.
    const frame = requestAnimationFrame(() => {
      timer = setTimeout(() => setSettled(true), settlingMs);
    });
    return () => {
      cancelAnimationFrame(frame);
      clearTimeout(timer);
    };
  }, []);
  return settled;
}
