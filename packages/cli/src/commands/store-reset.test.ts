import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CommandWorld, createCommandWorld } from '../../test/command-world.ts';
import { createMemorySidecar } from '../../test/memory-sidecar.ts';

let world: CommandWorld;
beforeEach(async () => {
  world = await createCommandWorld();
});
afterEach(() => world.close());

describe('postern store reset', () => {
  it('gives up what is sealed after a yes, and says what to do next', async () => {
    const sidecar = createMemorySidecar();
    const asked = await world.run(['store', 'reset'], { sidecar, terminal: [[/Give up every/, 'y']] });
    expect(asked.exitCode).toBe(0);
    expect(asked.stdout).toContain('2 sealed records were set aside');
    const { exitCode, stdout } = await world.run(['--json', 'store', 'reset', '--yes'], { sidecar });
    expect([exitCode, JSON.parse(stdout)]).toEqual([0, { event: 'reset', records: 2 }]);
    expect(sidecar.resets).toHaveLength(2);
  });

  it('changes nothing after a no, and without a terminal to ask on', async () => {
    const sidecar = createMemorySidecar();
    const no = await world.run(['store', 'reset'], { sidecar, terminal: [[/Give up every/, 'n']] });
    expect(no.stderr).toContain('Nothing has changed');
    expect((await world.run(['store', 'reset'], { sidecar })).exitCode).toBe(64);
    expect(sidecar.resets).toEqual([]);
  });
});
