import {
  type CredentialView,
  type Page,
  reasonInWords,
  type TimelineEntry,
  timesInText,
} from '@postern/contract';
import { Button } from '../controls/index.ts';
import { atTime, dayAndTime, fullInstant, kindNameAmong } from '../format/index.ts';

interface TimelineListProps {
  readonly timeline: Page<TimelineEntry>;
  readonly credentials: readonly CredentialView[];
  readonly nowMs: number;
  readonly onMore: () => void;
}

/** What happened to the sign-ins and keys, newest first, a sentence each. */
export function TimelineList({ timeline, credentials, nowMs, onMore }: TimelineListProps) {
  return (
    <section className="card" aria-labelledby="timeline-title">
      <h2 id="timeline-title">Timeline</h2>
      {timeline.items.length === 0 ? (
        <p className="soft">Sign-ins, renewals and switches are listed here.</p>
      ) : (
        <ol className="timeline">
          {timeline.items.map((entry) => (
            <li key={entry.id}>
              <time className="tabular small soft" dateTime={entry.at} title={fullInstant(entry.at)}>
                {dayAndTime(entry.at, nowMs)}
              </time>
              <p>
                {timesInText(
                  entry.text,
                  (atMs) => dayAndTime(atMs, nowMs),
                  (atMs) => atTime(atMs, nowMs),
                )}{' '}
                <span className="small soft">{aboutEntry(entry, credentials)}</span>
              </p>
            </li>
          ))}
        </ol>
      )}
      {timeline.next === null ? null : (
        <Button size="s" look="quiet" onClick={onMore}>
          Show earlier events
        </Button>
      )}
    </section>
  );
}

/** Which credential, and why: `API key · The plan’s usage limit is reached`. */
function aboutEntry({ kind, code }: TimelineEntry, credentials: readonly CredentialView[]): string {
  return [kind === null ? [] : kindNameAmong(kind, credentials), code === null ? [] : reasonInWords(code)]
    .flat()
    .join(' · ');
}
