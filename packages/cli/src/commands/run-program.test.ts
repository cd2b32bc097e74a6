import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import {
  json,
  problem,
  type ScriptedSidecar,
  startScriptedSidecar,
  stream,
} from '../../../client/test/scripted-sidecar.ts';
import { type CommandWorld, createCommandWorld } from '../../test/command-world.ts';

const secret = 'postern-lease-canary-0123456789';
const lease = {
  ...{
    leaseId: 'l1',
    label: 'node',
    createdAt: '2026-11-23T10:00:00.000Z',
    expiresAt: '2026-11-23T11:00:00.000Z',
  },
  ...{ capUsd: null, model: null, calls: 2, spentUsd: 0.5 },
};
let world: CommandWorld;
beforeEach(async () => {
  world = await createCommandWorld();
  world.recordSidecar();
  const credential = { id: 'api_key:default', kind: 'api_key', payer: 'the organization of the key' };
  const { leaseId, expiresAt } = lease;
  const grant = { leaseId, expiresAt, asks: false, secret, baseUrl: 'http://127.0.0.1:9', credential };
  world.sidecar.on('POST /leases', json(grant));
  world.sidecar.on('GET /leases', json({ items: [], next: null }));
  world.sidecar.on('DELETE /leases/l1', json(lease));
  world.sidecar.on('GET /events', stream([], 'stay'));
});
afterEach(() => world.close());

const script = (text: string) => ['--', process.execPath, '-e', text];
const frame = (event: string, data: object) => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
const asked = () => world.sidecar.requests.map(({ method, url }) => `${method} ${url}`);

describe('postern run', () => {
  it('starts the program with the lease as its only way to pay, says who pays and what it cost', async () => {
    const file = join(world.homeDir, 'seen.json');
    const text = `require('fs').writeFileSync(${JSON.stringify(file)}, JSON.stringify([process.env, process.argv.slice(1)])); process.exit(7)`;
    const environment = {
      ...{ PATH: process.env['PATH'], ANTHROPIC_API_KEY: 'sk-ant-other', ANTHROPIC_MODEL: 'm' },
      ...{ CLAUDE_CODE_OAUTH_TOKEN: 'other', CLAUDE_CODE_USE_BEDROCK: '1', KEPT: 'yes' },
    };
    const { exitCode, stdout, stderr } = await world.run(['run', ...script(text), 'a', '--json'], {
      environment,
    });
    expect([exitCode, stdout]).toEqual([7, '']);
    const [seen, args] = JSON.parse(readFileSync(file, 'utf8'));
    expect(args).toEqual(['a', '--json']);
    expect(seen).toMatchObject({ KEPT: 'yes', ANTHROPIC_BASE_URL: 'http://127.0.0.1:9' });
    expect(
      Object.keys(seen)
        .filter((name) => /^(?:ANTHROPIC|CLAUDE)/.test(name))
        .toSorted(),
    ).toEqual(['ANTHROPIC_AUTH_TOKEN', 'ANTHROPIC_BASE_URL']);
    expect(seen.ANTHROPIC_AUTH_TOKEN).toBe(secret);
    expect(stderr).toBe(
      'Postern: api_key:default pays (the organization of the key); no cap of its own.\n' +
        'Postern: $0.50 at list prices, 2 calls.\n',
    );
    expect(asked().filter((each) => / \/leases/.test(each) && !each.startsWith('GET'))).toEqual([
      'POST /leases',
      'DELETE /leases/l1',
    ]);
  });

  it('leaves the program its arguments as they stand, also one that Postern has an option for', async () => {
    const file = join(world.homeDir, 'seen.json');
    const text = `require('fs').writeFileSync(${JSON.stringify(file)}, JSON.stringify(process.argv.slice(1)))`;
    const args = ['--sandbox=workspace-write', '--sandbox', '--', '--sandbox=a=b'];
    const { exitCode } = await world.run(['run', ...script(text), '--', ...args]);
    expect(exitCode).toBe(0);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(args);
  });

  it('asks for the lease that the options describe', async () => {
    const options = [
      '--credential',
      'api_key:team',
      '--cap',
      '2.50',
      '--for',
      '2h',
      '--model',
      'claude-opus-4-8',
    ];
    const text = 'process.exit(process.env.ANTHROPIC_DEFAULT_HAIKU_MODEL === "claude-opus-4-8" ? 0 : 1)';
    const { exitCode, stderr } = await world.run(['run', ...options, ...script(text)]);
    expect(exitCode).toBe(0);
    expect(stderr).toContain('at most $2.50');
    expect(world.sidecar.requests.find(({ method }) => method === 'POST')?.body).toMatchObject({
      ...{ credential: 'api_key:team', capUsd: 2.5, ttlSeconds: 7200, model: 'claude-opus-4-8', held: true },
    });
    for (const wrong of [
      ['--cap', '0'],
      ['--cap', 'much'],
      ['--for', '8d'],
      ['--for', '2'],
    ])
      expect((await world.run(['run', ...wrong, ...script('')])).exitCode).toBe(64);
    expect((await world.run(['run'])).exitCode).toBe(64);
    const none = await world.run(['run', '--', '']);
    expect([none.exitCode, none.stderr]).toEqual([64, expect.stringContaining('Name the program to run')]);
  });

  it('starts nothing where nothing could pay', async () => {
    world.sidecar.on('POST /leases', problem('not_for_other_programs'));
    const { exitCode, stderr } = await world.run(['run', ...script('process.exit(7)')]);
    expect(exitCode).toBe(77);
    expect(stderr).toContain('This sign-in does not pay for other programs');
    expect(asked()).not.toContain('DELETE /leases/l1');
  });

  it('ends the lease however the program ends, and exits as a shell would', async () => {
    const killed = await world.run(['run', ...script('process.kill(process.pid, "SIGKILL")')]);
    expect(killed.exitCode).toBe(137);
    const missing = await world.run(['run', '--', join(world.homeDir, 'missing')]);
    expect([missing.exitCode, missing.stderr]).toEqual([
      127,
      expect.stringContaining('cannot be started (ENOENT)'),
    ]);
    world.sidecar.on('DELETE /leases/l1', problem('not_found'));
    const lost = await world.run(['run', ...script('')]);
    expect([lost.exitCode, lost.stderr]).toEqual([
      0,
      expect.stringContaining('what it cost is not known here'),
    ]);
    expect(asked().filter((each) => each === 'DELETE /leases/l1')).toHaveLength(3);
    expect(killed.stderr + missing.stderr + lost.stderr).not.toContain(secret);
  });

  it('says by its receipts what a lease cost that was over before its program', async () => {
    const paid = (leaseId: string, calls: number, costUsd: number) => ({
      ...{ id: `r${costUsd}`, costUsd, lease: { leaseId, label: 'node', session: null } },
      parts: [{ calls }],
    });
    world.sidecar.on('DELETE /leases/l1', problem('not_found'));
    const items = [paid('l1', 2, 0.25), paid('l2', 9, 9), paid('l1', 1, 0.5)];
    world.sidecar.on('GET /receipts', json({ items, next: null }));
    expect((await world.run(['run', ...script('')])).stderr).toContain(
      'Postern: $0.75 at list prices, 3 calls.',
    );
  });

  it('starts nothing for a credential that is not there, and says so', async () => {
    world.sidecar.on('POST /leases', problem('credential_not_found'));
    const file = join(world.homeDir, 'started');
    const text = `require('fs').writeFileSync(${JSON.stringify(file)}, '')`;
    const { exitCode, stdout, stderr } = await world.run(['run', '--credential', 'nope:x', ...script(text)]);
    expect([exitCode, stdout, existsSync(file)]).toEqual([64, '', false]);
    expect(stderr).toMatch(
      /^postern: There is no such credential\.\n {2}Choose one that postern status .*\n$/,
    );
  });

  it('passes a signal on and waits for the program', async () => {
    const file = join(world.homeDir, 'ready');
    const text = `process.on('SIGTERM', () => process.exit(3)); require('fs').writeFileSync(${JSON.stringify(file)}, ''); setInterval(() => {}, 1000)`;
    const running = world.start(['run', ...script(text)]);
    await expect.poll(() => existsSync(file), { timeout: 10_000 }).toBe(true);
    running.interrupt('SIGTERM');
    expect((await running.done).exitCode).toBe(3);
    expect(asked().at(-1)).toBe('DELETE /leases/l1');
  });

  it('passes a key of the terminal on once, also where standard input is a pipe', async () => {
    const file = join(world.homeDir, 'ready');
    const text = `let keys = 0;
      for (const name of ['SIGINT', 'SIGQUIT']) process.on(name, () => { keys += 1; });
      process.on('SIGTERM', () => setTimeout(() => process.exit(10 + keys), 200));
      require('fs').writeFileSync(${JSON.stringify(file)}, '');
      setInterval(() => {}, 1000)`;
    for (const [at, expected] of [
      [{ stdoutIsTerminal: true }, 10],
      [{ terminal: [] }, 10],
      [{}, 12],
    ] as const) {
      rmSync(file, { force: true });
      const running = world.start(['run', ...script(text)], at);
      await expect.poll(() => existsSync(file), { timeout: 10_000 }).toBe(true);
      for (const signal of ['SIGINT', 'SIGQUIT', 'SIGTERM'] as const) running.interrupt(signal);
      expect((await running.done).exitCode).toBe(expected);
    }
  });

  it('says a question of the lease on standard error, once, with its answer', async () => {
    const question = {
      ...{ requestId: 'q1', leaseId: 'l1', label: 'node', reason: 'plan_limit_reached', capUsd: 5 },
      from: { id: 'oauth:default', kind: 'oauth', payer: 'Your plan' },
      to: { id: 'api_key:default', kind: 'api_key', payer: 'Your key' },
      ...{ payer: 'Your key', expiresAt: '2026-11-23T10:04:00.000Z' },
    };
    world.sidecar.on('GET /leases', json({ items: [{ ...lease, questions: [question] }], next: null }));
    const closed = { requestId: 'q1', leaseId: 'l1', allowed: true };
    world.sidecar.on(
      'GET /events',
      stream(
        [
          frame('lease_question', { ...question, requestId: 'q9', leaseId: 'l2' }),
          frame('lease_question', question),
          frame('lease_question_closed', closed),
        ],
        'stay',
      ),
    );
    const file = join(world.homeDir, 'go');
    const text = `const t = setInterval(() => { if (require('fs').existsSync(${JSON.stringify(file)})) clearInterval(t); }, 5)`;
    const running = world.start(['run', ...script(text)]);
    await running.printed(/it goes on/);
    writeFileSync(file, '');
    const { exitCode, stdout, stderr } = await running.done;
    expect([exitCode, stdout]).toEqual([0, '']);
    expect(stderr.split('\n').slice(1, 4)).toEqual([
      'Postern: oauth cannot be used. The plan’s usage limit is reached. Use api_key instead, paid by Your key? Cap: $5.00 a day.',
      'Postern: answer it in the window (postern open) by 2026-11-23 10:04:00Z. Without an answer nothing is sent.',
      'Postern: it goes on.',
    ]);
    expect(stderr.match(/Use api_key instead/g)).toHaveLength(1);
  });
});

describe('postern run, where the sidecar goes away', () => {
  /** Another sidecar than the first, with the same lease unless it knows none. */
  async function startNext(knowsIt = true): Promise<ScriptedSidecar> {
    const next = await startScriptedSidecar();
    onTestFinished(() => next.close());
    next.on('GET /health', json({ status: 'ok', version: '9.9.9', mode: 'live', missing: [] }));
    next.on('GET /events', knowsIt ? stream([], 'stay') : problem('not_found'));
    next.on('GET /leases', json({ items: [], next: null }));
    next.on('DELETE /leases/l1', knowsIt ? json({ ...lease, calls: 5 }) : problem('not_found'));
    return next;
  }
  const go = () => join(world.homeDir, 'go');
  const waits = () =>
    script(
      `const t = setInterval(() => { if (require('fs').existsSync(${JSON.stringify(go())})) clearInterval(t); }, 5)`,
    );
  const sidecarFile = () => join(world.dataDir, 'sidecar.json');

  async function startHolding(selfCommand?: readonly string[]) {
    const running = world.start(['run', ...waits()], selfCommand === undefined ? {} : { selfCommand });
    await world.sidecar.arrived('GET /events');
    return running;
  }

  it('goes on with the one that runs in its place', async () => {
    const next = await startNext();
    const running = await startHolding();
    rmSync(sidecarFile());
    await world.sidecar.close();
    await running.printed(/Postern was stopped\. The calls of the program fail until it runs again/);
    world.recordSidecar({ url: next.url, pid: process.ppid });
    await running.printed(/runs again, and the lease goes on/);
    expect((await next.arrived('GET /events')).url).toBe('/events?lease=l1');
    writeFileSync(go(), '');
    const { exitCode, stderr } = await running.done;
    expect([exitCode, stderr]).toEqual([0, expect.stringContaining('5 calls.')]);
  });

  it('says nothing where the next one is there at once', async () => {
    const next = await startNext();
    const running = await startHolding();
    world.recordSidecar({ url: next.url, pid: process.ppid });
    await world.sidecar.close();
    await next.arrived('GET /events');
    writeFileSync(go(), '');
    expect((await running.done).stderr.split('\n')).toHaveLength(3);
  });

  it('says that the lease is over where the next one does not know it', async () => {
    const next = await startNext(false);
    const running = await startHolding();
    world.recordSidecar({ url: next.url, pid: process.ppid });
    await world.sidecar.close();
    await running.printed(/the lease is over: .* Start it again with postern run\./);
    writeFileSync(go(), '');
    expect((await running.done).stderr).toContain('what it cost is not known here');
  });

  it('starts another one where it crashed', async () => {
    const next = await startNext();
    const file = { ...JSON.parse(readFileSync(sidecarFile(), 'utf8')), url: next.url, pid: process.ppid };
    const starts = `require('fs').writeFileSync(${JSON.stringify(sidecarFile())}, ${JSON.stringify(JSON.stringify(file))})`;
    const ended = spawnSync(process.execPath, ['-e', '']).pid;
    const running = await startHolding([process.execPath, '-e', starts, '--']);
    world.recordSidecar({ pid: ended });
    await world.sidecar.close();
    await running.printed(/ended unexpectedly, and is started again/);
    await running.printed(/runs again, and the lease goes on/);
    writeFileSync(go(), '');
    expect((await running.done).stderr).toContain('5 calls.');
  });
});
