import type { AppEvent, UsageNotice } from '@postern/contract';
import { describe, expect, it, vi } from 'vitest';
import { type Command, notificationCommand, showDesktopNotices } from './desktop-notices.ts';
import { watchResets } from './usage-watch.ts';

const notice: UsageNotice = {
  credentialId: 'claude_code:default',
  window: 'five_hour',
  notice: 'at_80',
  utilization: 0.8,
  resetsAt: null,
};
const detail = 'Your Claude Code sign-in “Home”.';

describe('a notice on the desktop', () => {
  it('is shown by the system’s own program, its texts as arguments, where the user turned it on', () => {
    const run: Command[] = [];
    let listener: (event: AppEvent) => void = () => undefined;
    const settings = { desktopNotices: undefined as boolean | undefined };
    const end = vi.fn<() => void>();
    showDesktopNotices({
      events: {
        subscribe(given) {
          listener = given;
          return end;
        },
      },
      settings: { read: () => settings },
      nameOf: (id) => (id === notice.credentialId ? 'Claude Code sign-in “Home”' : id),
      platform: 'linux',
      log: () => undefined,
      run: (command) => run.push(command),
    });
    const tell = () => listener({ event: 'usage_notice', data: notice });
    tell();
    settings.desktopNotices = false;
    tell();
    expect(run).toEqual([]);
    settings.desktopNotices = true;
    tell();
    listener({ event: 'settings_changed', data: { keys: [] } });
    expect(run).toEqual([
      ['notify-send', '--app-name=Postern', '--', '80 % of the 5-hour window is used', detail],
    ]);
  });

  it('is never part of a script, and is not shown where the system has no such program', () => {
    const hostile = { title: '" & (do shell script "id")', detail: '--help' };
    const mac = notificationCommand('darwin', hostile);
    expect(mac?.slice(-2)).toEqual([hostile.title, hostile.detail]);
    expect(mac?.slice(0, -2).join()).not.toContain('shell');
    expect(notificationCommand('linux', hostile)?.slice(-3)).toEqual(['--', hostile.title, hostile.detail]);
    expect(notificationCommand('win32', hostile)).toBeNull();
  });
});

it('the reset of a window is reported when it comes, once, until it is ended', () => {
  vi.useFakeTimers();
  try {
    const due: UsageNotice[][] = [[], [{ ...notice, notice: 'reset' }], []];
    const facts: unknown[] = [];
    const end = watchResets({ takeResets: () => due.shift() ?? [] }, (fact) => facts.push(fact), 20);
    vi.advanceTimersByTime(60);
    expect(facts).toEqual([{ type: 'usage_notice', ...notice, notice: 'reset' }]);
    end();
    due.push([notice]);
    vi.advanceTimersByTime(60);
    expect(facts).toHaveLength(1);
  } finally {
    vi.useRealTimers();
  }
});
