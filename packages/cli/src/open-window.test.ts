import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openWindow, safeAddress, windowPrograms } from './open-window.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'postern-window-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** A program that writes its arguments into a file when it is started. */
function program(name: string): string {
  const path = join(dir, name);
  writeFileSync(path, `#!/bin/sh\nprintf '%s' "$*" > '${path}.new'\n/bin/mv '${path}.new' '${path}.seen'\n`);
  chmodSync(path, 0o700);
  return path;
}

const app = 'http://127.0.0.1:8765/#ticket=t';
const options = (environment: Readonly<Record<string, string>>, as: 'app' | 'page' = 'app') =>
  ({ as, platform: 'linux', environment: { PATH: dir, ...environment }, homeDir: dir }) as const;

describe('safeAddress', () => {
  it('takes loopback for the app, and https elsewhere only for a page', () => {
    expect(safeAddress(app, 'app')).toBe(app);
    expect(safeAddress('http://localhost:1/', 'page')).toBe('http://localhost:1/');
    expect(safeAddress('https://example.org/a', 'page')).toBe('https://example.org/a');
    expect(safeAddress('https://example.org/a', 'app')).toBeNull();
  });

  it.each([
    'javascript:alert(1)',
    'file:///etc/passwd',
    'http://example.org/',
    'https://user:pw@example.org/',
    'http://127.0.0.1@example.org/',
    '--renderer-cmd-prefix=sh',
    '-a',
    '',
  ])('opens nothing for %s', async (url) => {
    program('xdg-open');
    expect(await openWindow(url, options({ DISPLAY: ':0' }, 'page'))).toBe(false);
    expect(existsSync(join(dir, 'xdg-open.seen'))).toBe(false);
  });
});

describe('openWindow', () => {
  it('opens the app in a Chromium window without an address bar', async () => {
    program('xdg-open');
    program('chromium');
    expect(await openWindow(app, options({ DISPLAY: ':0' }))).toBe(true);
    await expect.poll(() => existsSync(join(dir, 'chromium.seen'))).toBe(true);
    expect(readFileSync(join(dir, 'chromium.seen'), 'utf8')).toBe(`--app=${app}`);
  });

  it('falls back to the default browser, and uses it for every page', () => {
    const xdgOpen = program('xdg-open');
    expect(windowPrograms(app, options({ DISPLAY: ':0' }))).toEqual([{ program: xdgOpen, arguments: [app] }]);
    program('chromium');
    expect(windowPrograms(app, options({ DISPLAY: ':0' }, 'page'))).toEqual([
      { program: xdgOpen, arguments: [app] },
    ]);
  });

  it('starts nothing without a display but a browser that was named', async () => {
    program('xdg-open');
    program('chromium');
    const own = program('own-browser');
    expect(await openWindow(app, options({}))).toBe(false);
    expect(windowPrograms(app, options({ BROWSER: `missing:own-browser` }))).toEqual([
      { program: own, arguments: [app] },
    ]);
  });

  it('does not run programs of the working directory', () => {
    program('xdg-open');
    expect(windowPrograms(app, options({ DISPLAY: ':0', PATH: `.:${'./bin'}` }))).toEqual([]);
    expect(windowPrograms(app, options({ DISPLAY: ':0', BROWSER: './xdg-open', PATH: '' }))).toEqual([]);
  });

  it('passes a shell’s words on as one argument', async () => {
    program('xdg-open');
    const url = 'https://example.org/?a=$(touch%20x)&b=;id';
    expect(await openWindow(url, options({ DISPLAY: ':0' }, 'page'))).toBe(true);
    await expect.poll(() => existsSync(join(dir, 'xdg-open.seen'))).toBe(true);
    expect(readFileSync(join(dir, 'xdg-open.seen'), 'utf8')).toBe(url);
  });

  it('knows the programs of the other systems', () => {
    const mac = windowPrograms(app, { ...options({}), platform: 'darwin' });
    expect(mac.at(-1)).toEqual({ program: '/usr/bin/open', arguments: [app] });
    const windows = windowPrograms(app, { ...options({ SystemRoot: 'C:\\W' }), platform: 'win32' });
    expect(windows.at(-1)).toEqual({
      program: 'C:\\W\\System32\\rundll32.exe',
      arguments: ['url.dll,FileProtocolHandler', app],
    });
  });

  it('tries the next program when one cannot be started', async () => {
    const broken = join(dir, 'chromium');
    writeFileSync(broken, '#!/no/such/interpreter\n');
    chmodSync(broken, 0o700);
    program('xdg-open');
    expect(await openWindow(app, options({ DISPLAY: ':0' }))).toBe(true);
    await expect.poll(() => existsSync(join(dir, 'xdg-open.seen'))).toBe(true);
  });
});
