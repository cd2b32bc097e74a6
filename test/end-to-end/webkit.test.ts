import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchWebKit, type WebKitWindow } from './harness/launch-webkit.ts';
import { type Postern, startPostern } from './harness/start-postern.ts';

/** The main path in a second engine: WebKitGTK is what Safari and the browsers of GNOME are made of. */
describe('a person in a window of WebKit', () => {
  let postern: Postern;
  let window: WebKitWindow;

  beforeAll(async () => {
    postern = await startPostern();
    window = await launchWebKit();
  });
  afterAll(async () => {
    try {
      await window?.close();
    } finally {
      await postern?.stop();
    }
  });

  it('is asked how to pay, and finds no secret left in the address', async () => {
    await window.open(await postern.windowUrl());
    await window.says('Choose how to pay');
    await window.says('Sandbox: no real account, no cost');
    expect(await window.address()).toBe(`${postern.ready.url}/#/ask`);
  });

  it('connects, signs in and consents at the server, and sees Signed in', async () => {
    await window.click('button', 'Sign in…');
    await window.click('link', 'Open in browser');
    await window.inTheNewWindow(async () => {
      await window.click('button', 'Sign in');
      await window.click('button', 'Allow');
      await window.says('You are signed in.');
    });
    await window.says('Signed in as demo@example.com');
    await window.click('button', 'Done');
    await window.click('link', 'Settings');
    await window.says('Postern renews it automatically.');
    expect(await window.textOf('[aria-label="Sign-in status"]')).toBe('Signed in');
  });

  it('asks, and reads the streamed answer with who paid below it', async () => {
    await window.click('link', 'Ask');
    await window.type('Prompt', 'What is a postern?');
    await window.click('button', 'Send');
    await window.says('covered');
    expect(await window.textOf('[aria-label="Answer"]')).toContain('You asked: “What is a postern?”');
  });

  it('allows a file to be written once, and finds it', async () => {
    const file = join(postern.household.workspace, 'webkit.txt');
    await window.type('Prompt', `write ${file} that says "From WebKit"`);
    await window.click('button', 'Send');
    await window.says('Allow the agent to write a file?');
    expect(existsSync(file)).toBe(false);
    await window.click('button', 'Allow once');
    await window.says('Wrote ');
    expect(readFileSync(file, 'utf8')).toBe('From WebKit');
  });
});
