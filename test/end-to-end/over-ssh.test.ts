import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { acceptKey, sandboxApiKey } from './harness/sandbox-api-key.ts';
import { type Postern, startPostern } from './harness/start-postern.ts';
import { type Sshd, startSshd } from './harness/start-sshd.ts';
import { waitUntil } from './harness/wait-until.ts';

const require = createRequire(import.meta.url);
const sdk = JSON.stringify(require.resolve('@anthropic-ai/sdk'));
const node = process.execPath;

/** Asks one question with nothing but its environment, and prints what it found there. */
const asks = `
const { default: Anthropic } = require(${sdk});
const names = Object.keys(process.env).filter((name) => /^(ANTHROPIC|CLAUDE)/.test(name)).sort().join();
const messages = [{ role: 'user', content: process.argv[1] }];
new Anthropic().messages.create({ model: 'claude-opus-4-8', max_tokens: 100, messages })
  .then(({ content }) => console.log(names, content[0].text, process.argv.slice(2).join('|')));`;

describe('a program on another machine, over ssh', () => {
  let sshd: Sshd;
  let postern: Postern;

  beforeAll(async () => {
    sshd = await startSshd();
    postern = await startPostern({ variables: { PATH: sshd.path } });
    await acceptKey(postern.ready.sandboxUrl ?? '');
    await postern.client.updateSettings({ apiKey: sandboxApiKey });
  });
  afterAll(async () => {
    await postern?.stop();
    await sshd?.stop();
  });
  const run = (args: readonly string[]) =>
    postern.household.run(['run', '--ssh', sshd.host, '--', ...args], '');

  it('pays through the lease alone, with every word of its command as it was given', async () => {
    const words = ["it's", '$HOME "x"', '', 'a\nb', '*'];
    const { exitCode, stdout, stderr } = await run([node, '-e', asks, 'good morning', ...words]);
    expect([exitCode, stderr]).toEqual([0, expect.stringContaining(' 1 call.')]);
    expect(stdout).toContain('good morning');
    expect(stdout.startsWith('ANTHROPIC_AUTH_TOKEN,ANTHROPIC_BASE_URL ')).toBe(true);
    expect(stdout).toContain(`${words.join('|')}\n`);
    expect(await postern.client.leases()).toEqual([]);
  });

  it('has its own exit code and input, and leaves nothing there: no file, no secret, no port', async () => {
    const seen = join(postern.household.workspace, 'seen');
    const script = `
      const { execFileSync } = require('child_process');
      const { writeFileSync } = require('fs');
      const { ANTHROPIC_AUTH_TOKEN: secret, ANTHROPIC_BASE_URL: url } = process.env;
      const found = execFileSync('ps', ['-eo', 'args']).toString().includes(secret);
      const input = require('fs').readFileSync(0, 'utf8');
      writeFileSync(${JSON.stringify(seen)}, JSON.stringify({ secret, url, found, input }));
      process.exit(7);`;
    const args = ['run', '--ssh', sshd.host, '--', node, '-e', script];
    const { exitCode, stderr } = await postern.household.run(args, 'typed here');
    expect([exitCode, stderr]).toEqual([7, expect.stringContaining(' 0 calls.')]);
    const { secret, url, found, input } = JSON.parse(readFileSync(seen, 'utf8'));
    expect([secret, found, input]).toEqual([expect.stringMatching(/^postern-lease-/), false, 'typed here']);
    expect(sshd.temporary()).toEqual([]);
    await expect(fetch(url)).rejects.toThrow();
    expect(postern.command.stderr()).not.toContain(secret);
  });

  it.each(['SIGTERM', 'SIGKILL'] as const)('ends with this side: %s', async (signal) => {
    const pidFile = join(postern.household.workspace, `pid-${signal}`);
    const script = `require('fs').writeFileSync(${JSON.stringify(pidFile)}, String(process.pid)); setInterval(() => {}, 1000)`;
    const running = postern.household.begin(['run', '--ssh', sshd.host, '--', node, '-e', script], '');
    await waitUntil('the program runs', () => existsSync(pidFile) && readFileSync(pidFile, 'utf8') !== '');
    const pid = Number(readFileSync(pidFile, 'utf8'));
    running.send(signal);
    await running.ended();
    await waitUntil('the program has left', () => !isRunning(pid));
    await waitUntil('its folder has left', () => sshd.temporary().length === 0);
    await waitUntil('ssh has left', () => !existsSync('/proc') || sshProcesses(postern) === 0);
    for (const { leaseId } of await postern.client.leases()) await postern.client.endLease(leaseId);
  });

  it('is not started where there is no connection, or no port may be forwarded', async () => {
    const nowhere = await postern.household.run(['run', '--ssh', 'nowhere.invalid', '--', 'true'], '');
    expect([nowhere.exitCode, nowhere.stderr]).toEqual([
      69,
      expect.stringContaining('there is no connection'),
    ]);
    const closed = await startSshd(['AllowTcpForwarding no']);
    const other = await startPostern({ variables: { PATH: closed.path } });
    try {
      await acceptKey(other.ready.sandboxUrl ?? '');
      await other.client.updateSettings({ apiKey: sandboxApiKey });
      const refused = await other.household.run(['run', '--ssh', closed.host, '--', 'true'], '');
      expect([refused.exitCode, refused.stderr]).toEqual([
        69,
        expect.stringContaining('no port can be forwarded'),
      ]);
      expect(closed.temporary()).toEqual([]);
      const option = await other.household.run(['run', '--ssh', '-oProxyCommand=id', '--', 'true'], '');
      expect(option.exitCode).toBe(64);
    } finally {
      await other.stop();
      await closed.stop();
    }
  });
});

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function sshProcesses({ household }: Postern): number {
  return household.processes().filter(({ command }) => /(?:^|\/)ssh /.test(command)).length;
}
