import { afterEach, expect, it, vi } from 'vitest';
import { control } from '../test/control.ts';
import { oauthUser } from '../test/oauth-user.ts';
import type { Sandbox } from './sandbox.ts';
import { startSandbox } from './start-sandbox.ts';

const running: Sandbox[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((sandbox) => sandbox.close()));
});

async function start(port = 0): Promise<Sandbox> {
  const sandbox = await startSandbox({ port, host: '127.0.0.1', accessTokenSeconds: 60 });
  running.push(sandbox);
  return sandbox;
}

it('says nothing on the console', async () => {
  const methods = (['log', 'info', 'warn', 'error', 'debug'] as const).map((name) => vi.spyOn(console, name));
  const warnings = vi.fn();
  process.on('warning', warnings);
  await (await oauthUser(await start())).signIn();
  for (const method of methods) expect(method).not.toHaveBeenCalled();
  expect(warnings).not.toHaveBeenCalled();
  process.off('warning', warnings);
  vi.restoreAllMocks();
});

it('starts on the port it is given, and says so when that is taken', async () => {
  const { url } = await start();
  const port = Number(new URL(url).port);
  await expect(start(port)).rejects.toMatchObject({ code: 'EADDRINUSE' });
  await running.pop()?.close();
  expect((await start(port)).url).toBe(url);
});

it('keeps two stand-ins apart', async () => {
  const [one, other] = [await start(), await start()];
  const { access_token } = await (await oauthUser(one)).signIn();
  const status = async ({ apiBaseUrl }: Sandbox) =>
    (await fetch(`${apiBaseUrl}/v1/models`, { headers: { authorization: `Bearer ${access_token}` } })).status;
  expect([await status(one), await status(other)]).toEqual([200, 401]);
});

it('closes at once, whatever is still waiting for an answer', async () => {
  const sandbox = await start();
  await control(sandbox).post('faults', { on: 'metadata', kind: 'timeout' });
  await control(sandbox).post('faults', { on: 'metadata', kind: 'delay', delayMs: 600_000 });
  const waiting = [1, 2].map(() => fetch(`${sandbox.issuer}/.well-known/oauth-authorization-server`));
  const ends = Promise.allSettled(waiting);
  await expect.poll(async () => (await control(sandbox).requests()).faultsWaiting['metadata']).toBe(0);
  await running.pop()?.close();
  expect((await ends).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
});

it('answers what it does not know with 404, and logs it', async () => {
  const sandbox = await start();
  for (const [method, path] of [
    ['GET', '/nothing'],
    ['HEAD', '/'],
    ['OPTIONS', '/v1/messages'],
    ['DELETE', '/oauth/token'],
    ['POST', '/sandbox/nothing'],
  ] as const) {
    const response = await fetch(sandbox.url + path, { method });
    expect(response.status).toBe(404);
  }
  expect((await control(sandbox).requests()).log.map(({ status }) => status)).toEqual(Array(5).fill(404));
});
