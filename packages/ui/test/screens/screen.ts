import type { Page } from 'playwright-core';
import {
  addConversation,
  inSeconds,
  reachLimit,
  ref,
  saveKey,
  setCredential,
  signIn,
} from '../fake-facts.ts';
import type { FakeQuery } from '../fake-queries.ts';
import type { FakeSidecar } from '../fake-sidecar.ts';
import { goToSettings, type SettingsPlaceName } from '../open-window.ts';

/** A screen in a state, and how to come to it. */
export interface Screen {
  readonly name: string;
  readonly viewport?: { readonly width: number; readonly height: number };
  /** Drawn as high as it takes to see all of the page. */
  readonly whole?: true;
  /** What is shown is a failure to draw something, of which the browser's console is told as well. */
  readonly complains?: true;
  readonly prepare?: (fake: FakeSidecar) => void;
  readonly reach: (page: Page, fake: FakeSidecar) => Promise<void>;
}

/** The narrowest window. */
export const narrow = { width: 360, height: 740 };

/** Asks, from wherever one is. */
async function ask(page: Page, prompt: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Prompt' }).fill(prompt);
  await page.getByRole('button', { name: 'Send' }).click();
}

/** A screen that is reached by asking somebody who is signed in; `then` brings it on from there. */
export function byAsking(
  query: FakeQuery,
  prompt: string,
  then: (page: Page, fake: FakeSidecar) => Promise<unknown>,
  besides: (fake: FakeSidecar) => void = () => undefined,
): Pick<Screen, 'prepare' | 'reach'> {
  return {
    prepare: (fake) => {
      signedIn(fake);
      fake.query = query;
      besides(fake);
    },
    reach: async (page, fake) => {
      await ask(page, prompt);
      await then(page, fake);
    },
  };
}

/** The end of a turn. */
export async function untilReceipt(page: Page): Promise<void> {
  await page.getByText('Receipt:').waitFor();
}

/** The place of a heading, at the top of the page. */
export async function scrollTo(page: Page, heading: string): Promise<void> {
  await page
    .getByRole('heading', { name: heading, exact: false })
    .first()
    .evaluate((element) => element.scrollIntoView());
}

/** Somebody signed in, with a history. */
export function signedIn(fake: FakeSidecar): void {
  signIn(fake.facts);
  addConversation(fake.facts, 'c2', 'Why does the carry not propagate?', []);
  addConversation(fake.facts, 'c1', 'Correct the Bernoulli numbers', []);
}

/** Live, as it comes: without a client of its own. */
export function notConfigured(fake: FakeSidecar): void {
  fake.facts.health = { ...fake.facts.health, mode: 'live' };
  fake.facts.status = { ...fake.facts.status, provider: null };
  setCredential(fake.facts, 'oauth', { status: 'not_configured' });
}

/** The plan's window is used up, and the key pays only once the person has been asked. */
export function beforeTheKey(fake: FakeSidecar): void {
  saveKey(fake.facts);
  reachLimit(fake.facts);
  const activeCredential = { ...ref('oauth'), since: inSeconds(-60), reason: 'plan_limit_reached' };
  fake.facts.status = { ...fake.facts.status, activeCredential };
}

/** Goes to Settings, which open at the accounts. */
export async function openSettings(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Settings', exact: true }).click();
  await page.getByRole('status', { name: 'Sign-in status' }).waitFor();
}

/** How to come to a place of Settings. */
export function atSettings(place: SettingsPlaceName): (page: Page) => Promise<void> {
  return async (page) => {
    await openSettings(page);
    await goToSettings(page, place);
  };
}

/** Begins to sign in, up to where the browser was opened. */
export async function openSignInPage(page: Page): Promise<void> {
  await openSettings(page);
  await page.getByRole('button', { name: 'Sign in…' }).click();
  await page.getByRole('link', { name: 'Open in browser' }).click();
}

/** Has the Claude Code program sign in. */
export async function openClaudeCode(page: Page): Promise<void> {
  await openSettings(page);
  await page.getByRole('button', { name: 'Use Claude Code' }).click();
}
