import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CommandWorld, createCommandWorld } from '../../test/command-world.ts';
import { exitCode } from '../exit-code.ts';
import { run } from './run-acp.ts';

const initialize = `${JSON.stringify({
  ...{ jsonrpc: '2.0', id: 1, method: 'initialize' },
  params: { protocolVersion: 1, clientCapabilities: {} },
})}\n`;

describe('postern acp, as an editor starts it', () => {
  let world: CommandWorld;
  beforeEach(async () => {
    world = await createCommandWorld();
  });
  afterEach(() => world.close());

  const initialized = async (argv: readonly string[], by?: typeof run) => {
    const agent = world.start(['acp', ...argv], {
      terminal: [],
      ...(by === undefined ? {} : { by }),
    });
    agent.type(initialize);
    await agent.printed(/\n/);
    agent.interrupt();
    return await agent.done;
  };

  it.each([[[]], [['--live']], [['--sandbox']]])('answers the same with %j either way', async (more) => {
    const { exitCode: code, stdout, stderr } = await initialized(more, run);
    expect(JSON.parse(stdout.split('\n')[0] ?? '')).toMatchObject({
      id: 1,
      result: { agentInfo: { name: 'postern' } },
    });
    expect([code, stderr]).toEqual([exitCode.ok, '']);
    expect(stdout).toBe((await initialized(more)).stdout);
  });

  it('goes the long way with everything else', async () => {
    expect((await world.run(['acp', '--help'], { by: run })).stdout).toContain('--login');
    const wrong = await world.run(['acp', '--no-such-option'], { by: run });
    expect(wrong).toEqual(await world.run(['acp', '--no-such-option']));
    expect(wrong.exitCode).toBe(exitCode.usage);
    const environment = { POSTERN_STORE: 'a shoebox' };
    const odd = await world.run(['acp'], { by: run, environment });
    expect(odd).toEqual(await world.run(['acp'], { environment }));
    expect(odd.stderr).toContain('POSTERN_STORE');
  });
});
