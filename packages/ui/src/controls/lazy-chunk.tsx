import { type ReactNode, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';

interface LazyChunkProps {
  /** How high it will be, roughly, in CSS pixels. */
  readonly guessPx: number;
  /** Drawn at once and kept, for what is surely in sight. */
  readonly eager?: boolean;
  readonly className?: string;
  readonly children: () => ReactNode;
}

/** `scrollMargin` is what counts inside a part of the page that scrolls. Source: W3C Intersection Observer, 2023. */
const marginPx = 600;
const nearby: IntersectionObserverInit & { readonly scrollMargin: string } = {
  rootMargin: `${marginPx}px`,
  scrollMargin: `${marginPx}px`,
};

/**
 * A part of something long. It is drawn while it is near what is in sight; elsewhere it only keeps its room, so that the page stays
 * small however long the whole is.
 */
export function LazyChunk({ guessPx, eager = false, className, children }: LazyChunkProps) {
  const [near, setNear] = useState(eager);
  const [heightPx, setHeightPx] = useState(guessPx);
  const place = useRef<HTMLDivElement>(null);
  const leave = useCallback((height: number) => {
    // What goes out of sight leaves exactly its room.
    if (height > 0) setHeightPx(height);
    setNear(false);
  }, []);
  // What is eager no longer is drawn on only where it is near. An observer would say so a frame later, and a busy page draws no frames.
  useLayoutEffect(() => {
    if (eager || !near || place.current === null) return;
    const { top, bottom, height } = place.current.getBoundingClientRect();
    if (bottom < -marginPx || top > window.innerHeight + marginPx) leave(height);
  }, [eager, near, leave]);
  useEffect(() => {
    const element = place.current;
    if (eager || element === null) return;
    const observer = new IntersectionObserver((entries) => {
      const entry = entries.at(-1);
      if (entry === undefined) return;
      if (entry.isIntersecting) setNear(true);
      else leave(entry.boundingClientRect.height);
    }, nearby);
    observer.observe(element);
    return () => observer.disconnect();
  }, [eager, leave]);
  const drawn = near || eager;
  return (
    <div ref={place} className={className} style={drawn ? undefined : { height: heightPx }}>
      {drawn ? children() : null}
    </div>
  );
}
