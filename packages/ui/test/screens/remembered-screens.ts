import type { Page } from 'playwright-core';
import type { FakeSidecar } from '../fake-sidecar.ts';
import { atSettings, narrow, type Screen, scrollTo, signedIn } from './screen.ts';

function remembering(fake: FakeSidecar): void {
  signedIn(fake);
  fake.facts.settings.alwaysAllow = {
    '/home/ada/engine': [
      'Write(/home/ada/engine/**)',
      'Bash(npm test -- --run engine)',
      'Bash(for part in engine/*; do\n  echo "$part" \u202E# safe\ndone)',
      'WebFetch(domain:docs.example.com)',
      'mcp__calendar__list',
    ],
    '/home/ada/shared drive/archive/2026/engine/documentation': ['Read(/etc/app/*)'],
  };
}

function narrowed(fake: FakeSidecar): void {
  remembering(fake);
  fake.facts.settings.narrowedRules = { narrowed: 3, dropped: 2 };
}

async function openRemembered(page: Page): Promise<void> {
  await atSettings('Agent')(page);
  await scrollTo(page, 'Always allowed');
}

/** What was remembered, and what must be said of it; messages that cannot be drawn. */
export const rememberedScreens: readonly Screen[] = [
  { name: 'settings-remembered', prepare: remembering, reach: openRemembered },
  { name: 'settings-remembered-narrow', viewport: narrow, prepare: remembering, reach: openRemembered },
  {
    name: 'settings-taken-back',
    prepare: remembering,
    reach: async (page) => {
      await openRemembered(page);
      await page.getByRole('button', { name: 'Remove' }).first().click();
      await page.getByText('Removed.').waitFor();
    },
  },
  { name: 'settings-nothing-remembered', prepare: signedIn, reach: openRemembered },
  {
    name: 'narrowed-answers',
    prepare: narrowed,
    reach: (page) => page.getByText('“Always allow” now covers less').waitFor(),
  },
  {
    name: 'narrowed-answers-narrow',
    viewport: narrow,
    prepare: narrowed,
    reach: (page) => page.getByText('“Always allow” now covers less').waitFor(),
  },
  {
    name: 'unreadable-settings',
    prepare: (fake) => {
      signedIn(fake);
      Object.assign(fake.facts.settings, { unreadable: ['fallback', 'permissionMode'] });
    },
    reach: (page) => page.getByText('Some settings could not be read').waitFor(),
  },
];
