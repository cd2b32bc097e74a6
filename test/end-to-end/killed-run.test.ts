import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { acceptKey, sandboxApiKey } from './harness/sandbox-api-key.ts';
import { type Postern, startPostern } from './harness/start-postern.ts';

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
    await expect.poll(() => existsSync(file), { timeout: 30_000 }).toBe(true);
    const refusal = readFileSync(file, 'utf8');
    expect(refusal).toMatch(/^403 /);
    expect(refusal).toContain('The lease of this program has ended. The postern run that started this');
    await expect.poll(programs, { timeout: 10_000 }).toEqual([]);
  });
});
