import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { acceptKey, sandboxApiKey } from '../end-to-end/harness/sandbox-api-key.ts';
import { type Postern, startPostern } from '../end-to-end/harness/start-postern.ts';
import { waitUntil } from '../end-to-end/harness/wait-until.ts';
import { findCanary } from './harness/find-canary.ts';
import { listeningAddresses } from './harness/listening.ts';

describe('the inspector', () => {
  test('F49 stays shut in the sidecar, in a command and in the agent’s program, whoever sends SIGUSR1', async () => {
    const postern: Postern = await startPostern();
    onTestFinished(() => postern.household.close());
    await acceptKey(postern.ready.sandboxUrl ?? '');
    await postern.client.updateSettings({ apiKey: sandboxApiKey });
    const login = postern.household.begin(['login', '--no-browser']);
    await login.prints(/http:/);
    // The spare program for the next conversation.
    await waitUntil('the agent’s program runs', () => programs(postern).length > 0);
    const pids = postern.household.processes().map(({ pid }) => pid);
    expect(pids.length).toBeGreaterThanOrEqual(3);
    for (const pid of pids) signal(pid);
    for (let count = 0; count < 15; count += 1) {
      await pause(30);
      const addresses = pids.flatMap((pid) => listeningAddresses(pid));
      expect(await Promise.all(addresses.map(isInspector))).toEqual(addresses.map(() => false));
    }
    // The program ends at it, as any that does not know the signal; those that hold something live on.
    expect((await postern.client.health()).status).toBe('ok');
    expect(postern.command.stderr() + login.stderr()).not.toMatch(/Debugger|inspector/i);
    login.send('SIGINT');
    await login.ended();
    await postern.stop();
  });
});

describe('the sidecar that another program embeds', () => {
  test('F49, F52 keeps the inspector shut too, and refuses the same environment', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'postern-embedded-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
    const environment = {
      PATH: process.env['PATH'],
      HOME: folder,
      POSTERN_DATA_DIR: join(folder, 'data'),
      POSTERN_STORE: 'memory',
      POSTERN_PORT: '0',
      POSTERN_API_BASE_URL: 'http://127.0.0.1:9',
    };
    const embedded = spawn(process.execPath, [embeddedProgram], {
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const said = text(embedded.stderr);
    const [ready] = (await once(embedded.stdout, 'data')) as [Buffer];
    expect(JSON.parse(String(ready))).toMatchObject({ event: 'ready', pid: embedded.pid });
    embedded.kill('SIGUSR1');
    await pause(300);
    const addresses = listeningAddresses(embedded.pid ?? 0);
    expect(await Promise.all(addresses.map(isInspector))).toEqual(addresses.map(() => false));
    embedded.kill('SIGTERM');
    await once(embedded, 'close');
    expect([embedded.exitCode, /debugger|inspector/i.test(await said)]).toEqual([0, false]);

    const refused = spawn(process.execPath, [embeddedProgram], {
      env: { ...environment, NODE_TLS_REJECT_UNAUTHORIZED: '0' },
      stdio: 'ignore',
    });
    await once(refused, 'close');
    expect(refused.exitCode).toBe(78);
  });
});

describe('a crash', () => {
  test.each([
    ['a secret without a shape', 'q3Xv9kZp7mBLw2hT5nRcYd8sKf'],
    ['a token of the vendor’s shape', 'sk-ant-ort01-q3Xv9kZp7mBLw2hT5nRcYd8sKf'],
  ])('F51 prints nothing of %s, in no way of crashing, and leaves no file', async (_, canary) => {
    const folder = mkdtempSync(join(tmpdir(), 'postern-crash-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
    const ways = [
      'message',
      'fields',
      'cause',
      'header',
      'json',
      'base64',
      'lines',
      'rejection',
      'rejectedText',
    ];
    for (const way of [...ways, 'rejectedObject', 'timer', 'memory']) {
      const { code, output } = await crash(folder, way, canary);
      expect([way, code === 0]).toEqual([way, false]);
      if (way !== 'memory') expect([way, code]).toEqual([way, 70]);
      expect(output).toMatch(
        way === 'memory' ? /heap out of memory/ : /uncaught exception|unhandled rejection/,
      );
      expect([way, findCanary(output, canary)]).toEqual([way, null]);
    }
    expect(readdirSync(folder)).toEqual([]);
  });
});

const embeddedProgram = resolve(import.meta.dirname, '../../packages/sidecar/src/main.ts');

function programs(postern: Postern): readonly { readonly pid: number }[] {
  return postern.household.processes().filter(({ command }) => command.includes('stream-json'));
}

function signal(pid: number): void {
  try {
    process.kill(pid, 'SIGUSR1');
  } catch {
    // It ended meanwhile.
  }
}

/** Source: https://chromedevtools.github.io/devtools-protocol, HTTP endpoints. */
async function isInspector(address: string): Promise<boolean> {
  try {
    const answer = await fetch(`http://${address}/json/list`, { signal: AbortSignal.timeout(1_000) });
    return (await answer.text()).includes('webSocketDebuggerUrl');
  } catch {
    return false;
  }
}

function crash(
  cwd: string,
  way: string,
  canary: string,
): Promise<{ readonly code: number | null; readonly output: string }> {
  const program = join(import.meta.dirname, 'harness/crash.program.ts');
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      ['--max-old-space-size=48', program, way, canary],
      { cwd, env: { PATH: process.env['PATH'] } },
      (_error, stdout, stderr) => resolve({ code: child.exitCode, output: `${stdout}\n${stderr}` }),
    );
  });
}
