import { type ReactNode, useEffect, useRef, useState } from 'react';

interface LazyChunkProps {
  /** How high it will be, roughly, in CSS pixels. */
  readonly guessPx: number;
  /** Drawn at once, for what is surely in sight. */
  readonly eager?: boolean;
  readonly children: () => ReactNode;
}

/** `scrollMargin` is what counts inside a part of the page that scrolls. Source: W3C Intersection Observer, 2023. */
const nearby: IntersectionObserverInit & { readonly scrollMargin: string } = {
  rootMargin: '600px',
  scrollMargin: '600px',
};

/** A part of something long. It is drawn once it comes near what is in sight, and stays; until then it keeps its room. */
export function LazyChunk({ guessPx, eager = false, children }: LazyChunkProps) {
  const [near, setNear] = useState(eager);
  const place = useRef<HTMLDivElement>(null);
  const drawn = near || eager;
  useEffect(() => {
    const element = place.current;
    if (drawn || element === null) return;
    const observer = new IntersectionObserver((entries) => {
      if (entries.some((each) => each.isIntersecting)) setNear(true);
    }, nearby);
    observer.observe(element);
    return () => observer.disconnect();
  }, [drawn]);
  return drawn ? children() : <div ref={place} style={{ height: guessPx }} />;
}
