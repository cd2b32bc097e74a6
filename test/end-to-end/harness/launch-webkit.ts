import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { waitUntil } from './wait-until.ts';

/** One window of WebKitGTK, driven by names and words through the W3C WebDriver protocol. */
export interface WebKitWindow {
  open(address: string): Promise<void>;
  address(): Promise<string>;
  /** Clicks what has this role and this accessible name, once it is there and takes a click. */
  click(role: 'button' | 'link', name: string): Promise<void>;
  /** Types as a keyboard does, into the field of this label. */
  type(label: string, text: string): Promise<void>;
  /** Waits until the page says it. */
  says(text: string): Promise<void>;
  /** The text of the last element that matches. */
  textOf(selector: string): Promise<string>;
  /** Waits for the other window that a link opened, and goes there; the way back closes it. */
  inTheNewWindow(doIt: () => Promise<void>): Promise<void>;
  close(): Promise<void>;
}

/** Key of an element reference. Source: https://www.w3.org/TR/webdriver2/#elements */
const elementKey = 'element-6066-11e4-a52e-4f735466cecf';

/**
 * WebKitGTK's own small browser on a display of its own (Xvfb), with a home of its own that is gone afterwards.
 * @throws Error that says what to install, where something is missing
 */
export async function launchWebKit(): Promise<WebKitWindow> {
  const binary = miniBrowser();
  const home = mkdtempSync(join(tmpdir(), 'postern-webkit-'));
  const display = spawn(
    found('Xvfb', 'xvfb'),
    ['-displayfd', '3', '-screen', '0', '1280x900x24', '-nolisten', 'tcp'],
    {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    },
  );
  const children: ChildProcess[] = [display];
  const end = async () => {
    for (const child of children.toReversed()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const [number] = (await once(display.stdio[3] as NodeJS.ReadableStream, 'data')) as [Buffer];
    const port = await freePort();
    const driver = spawn(
      found('WebKitWebDriver', 'webkit2gtk-driver'),
      [`--port=${port}`, '--host=127.0.0.1'],
      {
        stdio: 'ignore',
        // Without a display manager there is no settings service and no accessibility bus; WebKit would wait for each.
        env: {
          PATH: process.env['PATH'],
          HOME: home,
          LANG: 'C.UTF-8',
          DISPLAY: `:${String(number).trim()}`,
          NO_AT_BRIDGE: '1',
          GSETTINGS_BACKEND: 'memory',
        },
      },
    );
    children.push(driver);
    const url = `http://127.0.0.1:${port}`;
    await waitUntil('WebKitWebDriver answers', () =>
      fetch(`${url}/status`).then(
        (answer) => answer.ok,
        () => false,
      ),
    );
    const options = { 'webkitgtk:browserOptions': { binary, args: ['--automation'] } };
    const { sessionId } = (await command(`${url}/session`, { capabilities: { alwaysMatch: options } })) as {
      sessionId: string;
    };
    return drive(`${url}/session/${sessionId}`, end);
  } catch (error) {
    await end();
    throw error;
  }
}

function drive(session: string, end: () => Promise<void>): WebKitWindow {
  const run = (script: string, ...args: readonly unknown[]) =>
    command(`${session}/execute/sync`, { script, args });
  const element = async (what: string, selector: string, name: string): Promise<string> => {
    let id: string | undefined;
    await waitUntil(`${what} "${name}" in WebKit`, async () => {
      const match = (await run(findScript, selector, name)) as Readonly<Record<string, string>> | null;
      id = match?.[elementKey];
      return id !== undefined;
    });
    return id ?? '';
  };
  return {
    open: async (url) => void (await command(`${session}/url`, { url })),
    address: async () => (await command(`${session}/url`)) as string,
    click: async (role, name) => {
      const id = await element(
        role,
        role === 'link' ? 'a[href]' : 'button:not([aria-disabled="true"])',
        name,
      );
      await command(`${session}/element/${id}/click`, {});
    },
    type: async (label, text) => {
      const id = await element('field', 'input, textarea', label);
      await command(`${session}/element/${id}/value`, { text });
    },
    says: (text) =>
      waitUntil(`WebKit shows "${text}"`, async () =>
        ((await run('return document.body.innerText')) as string).includes(text),
      ),
    textOf: async (selector) =>
      (await run(
        'return [...document.querySelectorAll(arguments[0])].at(-1)?.innerText ?? ""',
        selector,
      )) as string,
    inTheNewWindow: async (doIt) => {
      const own = (await command(`${session}/window`)) as string;
      let other: string | undefined;
      await waitUntil('a second window of WebKit', async () => {
        other = ((await command(`${session}/window/handles`)) as string[]).find((each) => each !== own);
        return other !== undefined;
      });
      await command(`${session}/window`, { handle: other });
      await doIt();
      await command(`${session}/window`, undefined, 'DELETE');
      await command(`${session}/window`, { handle: own });
    },
    close: async () => {
      await command(session, undefined, 'DELETE').finally(end);
    },
  };
}

/** The last element of the selector that is to be seen and is called so, by its label or its words. */
const findScript = `
  const [selector, name] = arguments;
  const called = (each) => (each.getAttribute('aria-label') ?? each.labels?.[0]?.innerText ?? each.innerText).trim();
  return [...document.querySelectorAll(selector)].findLast((each) => each.checkVisibility() && called(each) === name) ?? null;
`;

/** One command of the protocol. @throws Error with the driver's own words */
async function command(
  url: string,
  body?: unknown,
  method = body === undefined ? 'GET' : 'POST',
): Promise<unknown> {
  const answer = await fetch(url, {
    method,
    signal: AbortSignal.timeout(60_000),
    ...(body === undefined
      ? {}
      : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  const { value } = (await answer.json()) as { readonly value: unknown };
  if (!answer.ok) throw new Error(`WebKitWebDriver: ${JSON.stringify(value)}`);
  return value;
}

/** A port by the OS; nobody else is given it in the moment until the driver takes it. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

function found(program: string, debianPackage: string): string {
  const path = (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, program))
    .find(existsSync);
  if (path === undefined)
    throw new Error(`These tests need ${program} on the PATH: apt-get install ${debianPackage}`);
  return path;
}

/** It comes with the library, outside the PATH: `/usr/lib/<machine>/webkit2gtk-4.1/MiniBrowser`. */
function miniBrowser(): string {
  const path = readdirSync('/usr/lib', { withFileTypes: true })
    .filter((each) => each.isDirectory())
    .flatMap((each) =>
      ['4.1', '4.0'].map((version) => `/usr/lib/${each.name}/webkit2gtk-${version}/MiniBrowser`),
    )
    .find(existsSync);
  if (path === undefined)
    throw new Error('These tests need WebKitGTK’s MiniBrowser: apt-get install webkit2gtk-driver');
  return path;
}
