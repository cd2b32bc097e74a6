/** Parts that the window can do without until it is usable: each is a script of its own. */
export const laterParts = {
  messages: () => import('../conversation/message-list.tsx'),
  questions: () => import('./question-list.tsx'),
  settings: () => import('./settings-screen.tsx'),
} as const;

/** Where the browser does not tell when it has nothing to do (WebKit): by then a window is usable. */
const idleAfterMs = 500;

/**
 * Loads what the first answer needs once the browser has nothing else to do, so that it is not waited for. Settings waits until it is
 * opened: with it, what a window loads on its own would come near its 200 kB. One that can't be loaded now is
 * asked for again where it is wanted, which says so if that fails as well.
 */
export function loadLaterParts(view: Partial<Pick<Window, 'requestIdleCallback'>>): void {
  const load = () => {
    for (const part of [laterParts.messages, laterParts.questions]) part().catch(() => {});
  };
  if (view.requestIdleCallback === undefined) setTimeout(load, idleAfterMs);
  else view.requestIdleCallback(load);
}
