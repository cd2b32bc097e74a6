import { spawn } from 'node:child_process';
import { usageNoticeText } from '@postern/contract';
import { localTime } from '../credentials/index.ts';
import type { AppEvents } from './app-events.ts';

/** A program and its arguments. */
export type Command = readonly [program: string, ...args: string[]];

/** A notice that takes longer than this is not shown: the program hangs. */
const timeoutMs = 10_000;

/**
 * The system's own program for a notification, without a shell: texts are arguments and never part of a script. Null where the system has
 * none. Pure. Source: notify-send(1) of libnotify; osascript(1), `on run argv`.
 */
export function notificationCommand(
  platform: NodeJS.Platform,
  { title, detail }: { readonly title: string; readonly detail: string },
): Command | null {
  if (platform === 'linux') return ['notify-send', '--app-name=Postern', '--', title, detail];
  if (platform !== 'darwin') return null;
  const script = [
    'on run argv',
    'display notification (item 2 of argv) with title "Postern" subtitle (item 1 of argv)',
    'end run',
  ];
  return ['osascript', ...script.flatMap((line) => ['-e', line]), title, detail];
}

/**
 * Shows notices of plan windows as notifications of the system, where the user turned it on: for a Postern whose window is closed. Gives
 * the function that ends it.
 */
export function showDesktopNotices(deps: {
  readonly events: Pick<AppEvents, 'subscribe'>;
  readonly settings: { read(): { readonly desktopNotices?: boolean | undefined } };
  /** What an account is called after “your”, by its id. */
  readonly nameOf: (credentialId: string) => string;
  readonly platform: NodeJS.Platform;
  readonly log: (line: string) => void;
  /** Default: starts it, and logs where it cannot be started. */
  readonly run?: (command: Command) => void;
}): () => void {
  const run = deps.run ?? ((command: Command): void => start(command, deps.log));
  return deps.events.subscribe((event) => {
    if (event.event !== 'usage_notice' || deps.settings.read().desktopNotices !== true) return;
    const credentialId = `your ${deps.nameOf(event.data.credentialId)}`;
    const words = usageNoticeText({ ...event.data, credentialId }, localTime);
    const command = notificationCommand(deps.platform, words);
    if (command !== null) run(command);
  });
}

function start([program, ...args]: Command, log: (line: string) => void): void {
  const child = spawn(program, args, { stdio: 'ignore', timeout: timeoutMs, killSignal: 'SIGKILL' });
  child.once('error', (error: NodeJS.ErrnoException) => {
    log(`a notification could not be shown: ${program} (${error.code ?? 'unknown'})`);
  });
  child.unref();
}
