import { useNowAs } from './use-now.ts';

interface TimedTextProps {
  readonly children: (nowMs: number) => string;
}

/** Text with a time in it: “tomorrow” becomes the hour alone when the day has come, also in what is not drawn again otherwise. */
export function TimedText({ children }: TimedTextProps) {
  return <>{useNowAs(children)}</>;
}
