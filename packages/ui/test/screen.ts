import type { Page } from 'playwright-core';
import { addConversation, signIn } from './fake-facts.ts';
import type { FakeSidecar } from './fake-sidecar.ts';

/** A screen in a state, and how to come to it. */
export interface Screen {
  readonly name: string;
  readonly viewport?: { readonly width: number; readonly height: number };
  readonly prepare?: (fake: FakeSidecar) => void;
  readonly reach: (page: Page, fake: FakeSidecar) => Promise<void>;
}

/** The narrowest window. */
export const narrow = { width: 360, height: 740 };

/** Somebody signed in, with a history. */
export function signedIn(fake: FakeSidecar): void {
  signIn(fake.facts);
  addConversation(fake.facts, 'c2', 'Why does the carry not propagate?', []);
  addConversation(fake.facts, 'c1', 'Correct the Bernoulli numbers', []);
}

/** Goes to Settings. */
export async function openSettings(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Settings', exact: true }).click();
  await page.getByRole('status', { name: 'Sign-in status' }).waitFor();
}
