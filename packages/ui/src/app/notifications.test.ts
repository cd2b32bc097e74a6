import { expect, it } from 'vitest';
import { createNotifications, type NotifyingWindow } from './notifications.ts';

function fakeWindow(answer: NotificationPermission, hidden: boolean) {
  const shown: string[] = [];
  const kept = new Map<string, string>();
  class Shown {
    static permission: NotificationPermission = 'default';
    static async requestPermission(): Promise<NotificationPermission> {
      Shown.permission = answer;
      return answer;
    }
    onclick: (() => void) | null = null;
    constructor(title: string) {
      shown.push(title);
    }
    close(): void {}
  }
  const view: NotifyingWindow = {
    Notification: Shown as unknown as typeof Notification,
    localStorage: {
      getItem: (name) => kept.get(name) ?? null,
      setItem: (name, value) => void kept.set(name, value),
    },
    document: { hidden },
  };
  return { view, shown };
}

it('tells nothing before somebody wants it, and asks the browser only then', async () => {
  const { view, shown } = fakeWindow('granted', true);
  const notifications = createNotifications(view);
  notifications.tell('switch', 'API key is in use', 'Now paid by nobody.');
  expect(shown).toEqual([]);
  expect(await notifications.want(true)).toBe(true);
  notifications.tell('switch', 'API key is in use', 'Now paid by nobody.');
  expect(shown).toEqual(['API key is in use']);
  expect(await notifications.want(false)).toBe(false);
  notifications.tell('switch', 'Again', '');
  expect(shown).toHaveLength(1);
});

it('stays off where the browser says no, and quiet while the window is looked at', async () => {
  expect(await createNotifications(fakeWindow('denied', true).view).want(true)).toBe(false);
  const { view, shown } = fakeWindow('granted', false);
  const notifications = createNotifications(view);
  await notifications.want(true);
  notifications.tell('question', 'Postern needs an answer', '');
  expect(shown).toEqual([]);
});
