/** The part of the window that notifications need. */
export interface NotifyingWindow {
  readonly Notification?: typeof Notification;
  readonly localStorage: Pick<Storage, 'getItem' | 'setItem'>;
  readonly document: Pick<Document, 'hidden'>;
}

/** Notifications of the system, for what must not be missed while the window is in the background. */
export interface Notifications {
  readonly supported: boolean;
  readonly wanted: () => boolean;
  /** Asks the browser where it must; gives whether they are on now. */
  readonly want: (on: boolean) => Promise<boolean>;
  /** Shows one if they are enabled and the window is hidden; the same `about` replaces an earlier one. */
  readonly tell: (about: string, title: string, body: string) => void;
}

const key = 'postern.notifications';

/** Notifications over a window. Whether they are wanted is this browser's own choice, kept by it and off at first. */
export function createNotifications(view: NotifyingWindow): Notifications {
  const Shown = view.Notification;
  const wanted = () => {
    try {
      return Shown?.permission === 'granted' && view.localStorage.getItem(key) === 'on';
    } catch {
      return false;
    }
  };
  return {
    supported: Shown !== undefined,
    wanted,
    want: async (on) => {
      if (on && Shown?.permission === 'default') await Shown.requestPermission();
      view.localStorage.setItem(key, on ? 'on' : 'off');
      return wanted();
    },
    tell: (about, title, body) => {
      if (Shown === undefined || !view.document.hidden || !wanted()) return;
      const notification = new Shown(title, { body, tag: about, icon: '/assets/postern-192.png' });
      notification.onclick = () => {
        globalThis.focus();
        notification.close();
      };
    },
  };
}
