import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium } from './harness/launch-chromium.ts';
import { type AppWindow, openWindow } from './harness/open-window.ts';
import { type Postern, startPostern } from './harness/start-postern.ts';

/** In this order, as one person would do it; each step stands on the one before. */
describe('a person in the window', () => {
  let postern: Postern;
  let browser: Browser;
  let window: AppWindow;

  beforeAll(async () => {
    postern = await startPostern();
    browser = await launchChromium();
    window = await openWindow(browser, postern);
  });
  afterAll(async () => {
    try {
      await window?.close();
    } finally {
      await browser?.close();
      await postern?.stop();
    }
  });

  it('is asked how to pay, told that this is the sandbox, and finds no secret left in the address', async () => {
    await window.page.getByRole('heading', { name: 'Choose how to pay' }).waitFor();
    await window.page.getByText('Sandbox: no real account, no cost').first().waitFor();
    expect(window.page.url()).toBe(`${postern.ready.url}/#/ask`);
    await window.picture('01-first-run');
  });

  it('connects: signs in and consents at the server, and sees Signed in with a countdown', async () => {
    expect(await window.signIn()).toBe('same-site');
    await window.goTo('Settings');
    await window.signInStatus.getByText('Signed in', { exact: true }).waitFor();
    await window.page.getByText('demo@example.com').first().waitFor();
    await window.picture('02-connected');
    const countdown = window.page.locator('time.tabular').first();
    const before = await countdown.innerText();
    expect(before).toMatch(/\d/);
    await expect.poll(() => countdown.innerText(), { timeout: 10_000 }).not.toBe(before);
  });

  it('asks, and reads the answer with who paid below it', async () => {
    await window.goTo('Ask');
    const answer = await window.ask('What is a postern?');
    expect(answer).toContain('You asked: “What is a postern?”');
    await window.page.getByText('Receipt:').waitFor({ state: 'attached' });
    expect(await window.page.getByText('Receipt:').locator('..').innerText()).toContain('covered');
    await window.picture('03-answer');
  });

  it('sees nothing move that was there, up to here and to Settings and back', async () => {
    await window.goTo('Settings');
    await window.signInStatus.waitFor();
    await window.goTo('Ask');
    await window.page.getByText('Receipt:').waitFor({ state: 'attached' });
    const { sum, moved } = await window.layoutShift();
    expect(sum, moved.join('\n')).toBeLessThanOrEqual(0.01);
  });

  it('sees what a file would become, allows it once, and finds the file', async () => {
    const file = join(postern.household.workspace, 'allowed.txt');
    await window.send(`write ${file} that says "Allowed once"`);
    const question = window.page.getByRole('region', { name: /write a file/i });
    await question
      .getByRole('region', { name: `Changes in ${file}` })
      .getByText('Allowed once')
      .waitFor();
    await window.picture('04-permission');
    expect(existsSync(file)).toBe(false);
    await window.button('Allow once').click();
    await window.answered();
    expect(readFileSync(file, 'utf8')).toBe('Allowed once');
    await window.picture('05-allowed');
  });

  it('denies one, and no file is there', async () => {
    const file = join(postern.household.workspace, 'denied.txt');
    await window.send(`write ${file} that says "Never"`);
    await window.button('Deny').click();
    await window.answered();
    await window.page.getByText('Denied by you').last().waitFor();
    expect(existsSync(file)).toBe(false);
    await window.picture('06-denied');
  });

  it('stops an answer and the command that its tool runs, and goes on with the conversation', async () => {
    await window.send('run `echo one; sleep 301`');
    await window.button('Allow once').click();
    const commands = () => postern.household.processes().map(({ command }) => command);
    await expect.poll(commands, { timeout: 30_000 }).toContain('sleep 301');
    await window.button('Stop').click();
    await window.page.getByText('Stopped. You can continue the conversation.').waitFor();
    await expect.poll(commands, { timeout: 2000 }).not.toContain('sleep 301');
    await window.picture('07-stopped');
    expect(await window.ask('And what did I ask first?')).toContain('you asked:\n\nWhat is a postern?');
  });

  it('signs out, and sees Not signed in', async () => {
    await window.goTo('Settings');
    await window.button('Sign out').click();
    await window.signInStatus.getByText('Not signed in', { exact: true }).waitFor();
    await window.page.getByText('Signed out, and revoked at the server.').waitFor();
    await window.button('Sign in…').waitFor();
    await window.picture('08-not-connected');
    expect(await postern.client.auth.status()).toMatchObject({ state: 'signed_out', revocation: 'done' });
  });
});
