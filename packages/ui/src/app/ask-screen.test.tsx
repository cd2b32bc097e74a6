// @vitest-environment happy-dom
import { cleanup, render, screen } from '@testing-library/preact';
import { afterEach, expect, it, vi } from 'vitest';
import { connectedStatus, settingsWith } from '../../test/support/sample-facts.ts';

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

/** A part that comes later is there at once, but on a busy machine. */
const patience = { timeout: 9_000 };

it('loads nothing that only a question needs before there is one', async () => {
  vi.stubGlobal('fetch', async () => {
    throw new TypeError('There is no Postern here.');
  });
  // Another file may have loaded it.
  vi.resetModules();
  const { laterParts } = await import('./later-parts.ts');
  const { App } = await import('./app.tsx');
  const { AppProvider } = await import('./app-context.ts');
  const { createPosternApp } = await import('./postern-app.ts');
  const { createTabMemory } = await import('./session-storage.ts');
  const load = vi.spyOn(laterParts, 'questions');
  window.location.hash = '#/ask';
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
  await screen.findByRole('textbox', { name: 'Prompt' }, patience);
  expect(load).not.toHaveBeenCalled();
});
