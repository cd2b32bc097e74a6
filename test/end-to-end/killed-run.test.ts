import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { acceptKey, sandboxApiKey } from './harness/sandbox-api-key.ts';
import { type Postern, startPostern, startPosternIn } from './harness/start-postern.ts';
import { waitUntil } from './harness/wait-until.ts';

/** Takes no notice of a request to end, and has a child that waits. */
const stubborn = `
  process.on('SIGTERM', () => undefined);
  require('child_process').spawn('sleep', ['600'], { stdio: 'ignore' });
  console.log('here');
  setInterval(() => {}, 1000);`;

/** Asks for the models until that is refused, and keeps what the refusal said. */
const asksOn = (file: string) => `
  (async () => {
    const { ANTHROPIC_BASE_URL: url, ANTHROPIC_AUTH_TOKEN: key } = process.env;
    for (let answer; ; await new Promise((resolve) => setTimeout(resolve, 100))) {
      answer = await fetch(url + '/v1/models', { headers: { 'x-api-key': key } });
      const text = await answer.text();
      if (answer.status === 200) continue;
      require('fs').writeFileSync(${JSON.stringify(file)}, answer.status + ' ' + text);
      return;
    }
  })();`;

/** Starts another program that is no child of it any longer, as a daemon does. */
const daemon = (script: string) => `
  const inner = ${JSON.stringify(script)};
  const middle = 'require("child_process").spawn(process.execPath, ["-e", process.argv[1]], { detached: true, stdio: "ignore" }).unref()';
  require('child_process').spawnSync(process.execPath, ['-e', middle, inner]);
  console.log('here');
  setInterval(() => {}, 1000);`;

describe('a postern run that is killed', () => {
  let postern: Postern;
  /** What `postern run` had started, and what watches it; Postern's own programs are its own. */
  const programs = () =>
    postern.household
      .processes()
      .filter(({ command }) => /here|refused|sleep 600|postern-watch/.test(command));

  beforeAll(async () => {
    postern = await startPostern();
    await acceptKey(postern.ready.sandboxUrl ?? '');
    await postern.client.updateSettings({ apiKey: sandboxApiKey });
  });
  afterAll(() => postern?.stop());

  async function startAndKill(script: string): Promise<void> {
    const command = postern.household.begin(['run', '--', process.execPath, '-e', script], '');
    await command.prints(/here/);
    expect(await postern.client.leases()).toHaveLength(1);
    command.send('SIGKILL');
    await command.ended();
  }

  it('takes its program along, with what that had started, and its lease', async () => {
    await startAndKill(stubborn);
    await expect.poll(programs, { timeout: 20_000 }).toEqual([]);
    await expect.poll(() => postern.client.leases(), { timeout: 20_000 }).toEqual([]);
  });

  it('leaves nothing to pay with to what has left its family, and says why', async () => {
    const file = join(postern.household.workspace, 'refused');
    await startAndKill(daemon(asksOn(file)));
    // It is there before its words are.
    const said = (): string => (existsSync(file) ? readFileSync(file, 'utf8') : '');
    await expect.poll(said, { timeout: 30_000 }).not.toBe('');
    const refusal = said();
    expect(refusal).toMatch(/^403 /);
    expect(refusal).toContain('The lease of this program has ended. The postern run that started this');
    await expect.poll(programs, { timeout: 10_000 }).toEqual([]);
  });
});

/** Asks over and over whether it is let in, and keeps each answer that is another one than before. */
const greets = (file: string) => `
  const { ANTHROPIC_BASE_URL: url, ANTHROPIC_AUTH_TOKEN: key } = process.env;
  const { appendFileSync } = require('fs');
  (async () => {
    for (let last = ''; ; await new Promise((resolve) => setTimeout(resolve, 20))) {
      const hello = fetch(url + '/api/hello', { method: 'HEAD', headers: { 'x-api-key': key } });
      const now = await hello.then(({ status }) => String(status), () => 'nothing');
      if (now !== last) appendFileSync(${JSON.stringify(file)}, now + ' ');
      last = now;
    }
  })();`;

it('a program goes on with its secret where Postern is restarted, and where it crashes', async () => {
  const first = await startPostern();
  const { household } = first;
  try {
    await acceptKey(first.ready.sandboxUrl ?? '');
    await first.client.updateSettings({ apiKey: sandboxApiKey });
    const file = join(household.workspace, 'heard');
    const run = household.begin(['run', '--', process.execPath, '-e', greets(file)], '');
    const heard = (words: string) =>
      waitUntil(words, () => existsSync(file) && readFileSync(file, 'utf8') === words);
    const said = (times: number) =>
      waitUntil('it goes on', () => run.stderr().split('the lease goes on').length === times + 1);

    await heard('200 ');
    first.command.send('SIGTERM');
    await first.command.ended();
    await heard('200 nothing ');
    const second = await startPosternIn(household, ['--sandbox', '--port', '0']);
    await said(1);
    await heard('200 nothing 200 ');
    expect(second.ready.gatewayUrl).toBe(first.ready.gatewayUrl);
    expect(await second.client.leases()).toHaveLength(1);

    second.command.send('SIGKILL');
    await second.command.ended();
    await said(2);
    await heard('200 nothing 200 nothing 200 ');
    run.send('SIGTERM');
    expect((await run.ended()).stderr).toContain('0 calls.');
    expect((await household.run(['stop', '--sandbox'])).exitCode).toBe(0);
    await waitUntil('nothing runs on', () => household.processes().length === 0);
  } finally {
    await household.close();
  }
});
