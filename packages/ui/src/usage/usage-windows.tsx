import type { CredentialView, UsageWindow } from '@postern/contract';
import type { ReactNode } from 'react';
import {
  credentialNameById,
  dayAndTime,
  limitInWords,
  percent,
  timeAgo,
  windowTitle,
} from '../format/index.ts';
import { sentences } from '../help/index.ts';
import { paceInWords } from './window-pace.ts';

interface UsageWindowsProps {
  readonly windows: readonly UsageWindow[];
  readonly credentials: readonly CredentialView[];
  readonly nowMs: number;
  /** Reads them again, where there is an account whose program can be asked. */
  readonly refresh: ReactNode;
}

/** Each plan window as a bar: how full, when it resets, and how old the reading is. */
export function UsageWindows({ windows, credentials, nowMs, refresh }: UsageWindowsProps) {
  const areSeveral = new Set(windows.map(({ credentialId }) => credentialId)).size > 1;
  return (
    <section className="card" aria-labelledby="windows-title">
      <h2 id="windows-title">Plan windows</h2>
      {windows.length === 0 ? (
        <p className="soft">Nothing yet. Plan windows appear after your first answer on a plan.</p>
      ) : (
        <ul className="windows">
          {windows.map((window) => (
            <WindowBar
              key={`${window.credentialId}.${window.window}`}
              window={window}
              account={areSeveral ? credentialNameById(window.credentialId, credentials) : null}
              nowMs={nowMs}
            />
          ))}
        </ul>
      )}
      <p className="small soft">{sentences.usageAge}</p>
      {refresh}
    </section>
  );
}

interface WindowBarProps {
  readonly window: UsageWindow;
  /** Whose it is; null where there is one account. */
  readonly account: string | null;
  readonly nowMs: number;
}

function WindowBar({ window, account, nowMs }: WindowBarProps) {
  const { utilization, resetsAt } = window;
  const over = resetsAt !== null && Date.parse(resetsAt) <= nowMs;
  const share = over ? 0 : Math.min(1, Math.max(0, utilization ?? 0));
  const level = share >= 0.9 ? 'bad' : share >= 0.7 ? 'warn' : 'good';
  const name = windowTitle(window.window);
  const pace = paceInWords(window, nowMs);
  return (
    <li className="window">
      <div className="window-head">
        <span className="window-name">
          {name}
          {account === null ? null : <span className="soft"> · {account}</span>}
        </span>
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
