import type { UsageWindow } from '@postern/contract';
import type { ReactNode } from 'react';
import { dayAndTime, limitInWords, percent, timeAgo, windowInWords } from '../format/index.ts';
import { sentences } from '../help/index.ts';
import { paceInWords } from './window-pace.ts';

interface UsageWindowsProps {
  readonly windows: readonly UsageWindow[];
  readonly nowMs: number;
  /** Reads them again, where there is an account whose program can be asked. */
  readonly refresh: ReactNode;
}

/** Each plan window as a bar: how full, when it resets, and how old the reading is. */
export function UsageWindows({ windows, nowMs, refresh }: UsageWindowsProps) {
  return (
    <section className="card" aria-labelledby="windows-title">
      <h2 id="windows-title">Plan windows</h2>
      {windows.length === 0 ? (
        <p className="soft">Nothing yet. Plan windows appear after your first answer on a plan.</p>
      ) : (
        <ul className="windows">
          {windows.map((window) => (
            <WindowBar key={`${window.credentialId}.${window.window}`} window={window} nowMs={nowMs} />
          ))}
        </ul>
      )}
      <p className="small soft">{sentences.usageAge}</p>
      {refresh}
    </section>
  );
}

function WindowBar({ window, nowMs }: { readonly window: UsageWindow; readonly nowMs: number }) {
  const { utilization, resetsAt } = window;
  const over = resetsAt !== null && Date.parse(resetsAt) <= nowMs;
  const share = over ? 0 : Math.min(1, Math.max(0, utilization ?? 0));
  const level = share >= 0.9 ? 'bad' : share >= 0.7 ? 'warn' : 'good';
  const name = windowInWords(window.window);
  const pace = paceInWords(window, nowMs);
  return (
    <li className="window">
      <div className="window-head">
        <span className="window-name">{name}</span>
        <span className="tabular">
          {over
            ? 'reset'
            : utilization === null
              ? limitInWords(window.status)
              : `${percent(utilization)} used`}
        </span>
      </div>
      <svg className={`meter meter-${level}`} aria-hidden="true" focusable="false">
        <rect className="meter-track" width="100%" height="100%" />
        <rect className="meter-fill" width={`${share * 100}%`} height="100%" />
      </svg>
      <p className="small soft window-foot">
        <span>
          {resetsAt === null
            ? 'Reset time not known'
            : over
              ? `Reset ${dayAndTime(resetsAt, nowMs)}`
              : `Resets ${dayAndTime(resetsAt, nowMs)}`}
        </span>
        <span>{`Seen ${timeAgo(nowMs - Date.parse(window.seenAt))}`}</span>
      </p>
      {pace === null ? null : <p className="small soft">{pace}</p>}
    </li>
  );
}
