import { render } from '@testing-library/preact';
import { App } from '../../src/app/app.tsx';
import { AppProvider } from '../../src/app/app-context.ts';
import { createPosternApp, type PosternApp } from '../../src/app/postern-app.ts';
import { createTabMemory } from '../../src/app/session-storage.ts';
import { connectedStatus, settingsWith } from './sample-facts.ts';

/** A part that comes later is there at once, but on a busy machine. */
export const patience = { timeout: 9_000 };

/** The app at a place, with facts that nothing was asked for: it is not started. */
export function openApp(hash: string): PosternApp {
  window.location.hash = hash;
  const app = createPosternApp(
    window as Parameters<typeof createPosternApp>[0],
    createTabMemory(sessionStorage),
  );
  app.store.dispatch({
    type: 'facts_loaded',
    facts: { settings: settingsWith({}), status: connectedStatus, credentials: [] },
  });
  render(
    <AppProvider value={app}>
      <App />
    </AppProvider>,
  );
  return app;
}
