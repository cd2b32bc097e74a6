import { type RefObject, useEffect, useRef } from 'react';

/** More characters are shown as plain text. */
export const longestPaintedCode = 16_384;

/**
 * Colours code in the element that the result is given to. What it takes is loaded with the first code that is to have colours.
 * @param language what stands behind a fence, or the name of a file; null: plain text
 */
export function usePaintedCode<Element extends HTMLElement>(
  language: string | null,
): RefObject<Element | null> {
  const place = useRef<Element>(null);
  useEffect(() => {
    const element = place.current;
    if (element === null || language === null) return;
    let stop: () => void = () => undefined;
    let isOver = false;
    import('./paint-code.ts').then(
      ({ paintCode }) => {
        if (!isOver) stop = paintCode(element, language);
      },
      // Without it the code is plain text.
      () => undefined,
    );
    return () => {
      isOver = true;
      stop();
    };
  }, [language]);
  return place;
}
