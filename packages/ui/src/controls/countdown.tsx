import { fullInstant, timeLeft } from '../format/index.ts';
import { useNow } from './use-now.ts';

interface CountdownProps {
  readonly until: string;
}

/** What is left until an instant, once a second. It is text, not a live region: a screen reader must not announce every second. */
export function Countdown({ until }: CountdownProps) {
  const nowMs = useNow();
  return (
    <time className="tabular countdown" dateTime={until} title={fullInstant(until)}>
      {timeLeft(Date.parse(until) - nowMs)}
    </time>
  );
}
