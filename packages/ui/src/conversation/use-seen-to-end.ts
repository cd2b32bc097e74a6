import { type RefObject, useEffect, useState } from 'react';

/**
 * Whether the end of something was ever in view, on the screen and not only on the page. While `present` is false there is no end to
 * look for.
 */
export function useSeenToEnd(end: RefObject<HTMLElement | null>, present: boolean): boolean {
  const [seen, setSeen] = useState(false);
  useEffect(() => {
    const element = end.current;
    if (seen || !present || element === null) return;
    const observer = new IntersectionObserver((entries) => {
      if (entries.some((each) => each.isIntersecting)) setSeen(true);
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [end, present, seen]);
  return seen;
}
