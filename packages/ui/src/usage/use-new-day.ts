import { useEffect, useRef } from 'react';
import { useNowAs } from '../controls/index.ts';
import { localDay } from './spend-series.ts';

/** What is spent today and this month is another sum from midnight on: says when a day has begun. */
export function useNewDay(onNewDay: () => void): void {
  const day = useNowAs(localDay);
  const known = useRef(day);
  useEffect(() => {
    if (known.current === day) return;
    known.current = day;
    onNewDay();
  }, [day, onNewDay]);
}
