/** Milliseconds from the start of the navigation. */
export interface WindowTimes {
  /** The field of the prompt was there and took the focus. */
  readonly focusMs: number;
  /** What was typed into it could be sent. */
  readonly sendMs: number;
}

/** What gives the times in the page, once both are there. */
export const windowTimes = 'globalThis.windowTimes';

/** Runs in the page, before its first script, and leaves the times there. It goes by names only, which older windows have as well. */
export const watchForUse = `
  let focusMs = null;
  const look = () => {
    const prompt = document.querySelector('textarea[aria-label="Prompt"]');
    if (focusMs === null && prompt !== null) {
      prompt.focus();
      if (document.activeElement !== prompt) return;
      focusMs = performance.now();
      document.execCommand('insertText', false, 'Hello');
    }
    if (focusMs === null) return;
    const send = [...document.querySelectorAll('button')].find((each) => each.textContent.trim() === 'Send');
    if (send === undefined || send.disabled || send.getAttribute('aria-disabled') === 'true') return;
    observer.disconnect();
    globalThis.windowTimes = { focusMs, sendMs: performance.now() };
  };
  const observer = new MutationObserver(look);
  observer.observe(document, { childList: true, subtree: true, attributes: true });
`;
