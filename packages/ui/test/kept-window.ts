import type { Page } from 'playwright-core';
import { FakeSidecar } from './fake-sidecar.ts';
import { collectComplaints, dist, sharedBrowser } from './open-window.ts';
import type { Screen } from './screens/screen.ts';

/** A screen that the window shows, until it is left. */
export interface ShownScreen {
  readonly page: Page;
  /** What went wrong in the page since it was loaded for this screen. */
  readonly complaints: readonly string[];
  /** The size that the screen is looked at in. */
  readonly viewport: { readonly width: number; readonly height: number };
}

/** One window for many screens, in the browser of the file. Opening one for each takes longer than all that is looked at in it. */
export interface KeptWindow {
  /** Loads the app from a sidecar of the screen's own, with nothing stored, and goes to the screen. */
  readonly show: (screen: Screen) => Promise<ShownScreen>;
  /** Closes the screen's sidecar and every page that the screen opened besides. */
  readonly leave: () => Promise<void>;
}

/** @param script what each page runs before any script of its own */
export async function keepWindow(script: string): Promise<KeptWindow> {
  const context = await (await sharedBrowser()).newContext({ reducedMotion: 'reduce' });
  await context.addInitScript({ content: script });
  await context.addInitScript(() => {
    // Only the address that `show` loads has a query: a screen that loads its page again keeps what it stored.
    if (window.location.search === '') return;
    window.localStorage.clear();
    window.sessionStorage.clear();
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  collectComplaints(page, complaints);
  let fake: FakeSidecar | null = null;
  let port = 0;
  let shown = 0;
  // What the page of the screen before said on its way out is not this screen's.
  page.on('framenavigated', (frame) => {
    if (frame === page.mainFrame() && new URL(frame.url()).search === `?${shown}`) complaints.length = 0;
  });
  return {
    show: async (screen) => {
      // On one port all screens are one origin to Chromium: it keeps the page's process, and what that has compiled.
      fake = new FakeSidecar(dist, port);
      screen.prepare?.(fake);
      await fake.open();
      port = fake.port;
      shown += 1;
      const viewport = screen.viewport ?? { width: 1180, height: 800 };
      await page.setViewportSize(viewport);
      const { origin, hash } = new URL(fake.windowUrl());
      // Were only the fragment new, Chromium would not load the page again.
      await page.goto(`${origin}/?${shown}${hash}`);
      await page.getByRole('status', { name: 'Readiness' }).waitFor();
      await screen.reach(page, fake);
      return { page, complaints, viewport };
    },
    leave: async () => {
      await Promise.all(context.pages().map((each) => (each === page ? undefined : each.close())));
      await fake?.close();
    },
  };
}
