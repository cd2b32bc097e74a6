import { Secret } from '@postern/sidecar';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CommandWorld, createCommandWorld } from '../test/command-world.ts';
import { passphraseFrom } from './open-alone.ts';

let world: CommandWorld;
beforeEach(async () => {
  world = await createCommandWorld();
});
afterEach(() => world.close());

/** What comes of asking, printed. */
async function ask(isNew: boolean, terminal?: readonly (readonly [RegExp, string])[], stop?: AbortSignal) {
  return await world.run([], {
    ...(terminal !== undefined && { terminal }),
    by: async (_argv, { io }) => {
      const passphrase = await passphraseFrom({ io }, { Secret }, stop)(isNew);
      io.stdout.write(passphrase?.reveal() ?? 'none');
      return 0;
    },
  });
}

describe('the passphrase of what is sealed already', () => {
  it('is asked for once', async () => {
    const { stdout, stderr } = await ask(false, [[/Passphrase/, 'horse']]);
    expect(stdout).toBe('horse');
    expect(stderr).not.toContain('again');
  });

  it('is not asked for without a terminal', async () => {
    expect((await ask(false)).stdout).toBe('none');
    expect((await ask(true)).stdout).toBe('none');
  });
});

it('is no longer waited for once the command is asked to end', async () => {
  const stop = new AbortController();
  const asked = ask(true, [[/New passphrase/, 'horse']], stop.signal);
  setTimeout(() => stop.abort(), 50);
  expect((await asked).stdout).toBe('none');
});

describe('a new passphrase', () => {
  it('is taken once it was typed twice', async () => {
    const { stdout, stderr } = await ask(true, [
      [/New passphrase/, 'horse'],
      [/again/, 'horse'],
    ]);
    expect(stdout).toBe('horse');
    expect(stderr).not.toContain('horse');
  });

  it('is asked for from the start where the second differs', async () => {
    const { stdout, stderr } = await ask(true, [
      [/New passphrase/, 'horse'],
      [/again/, 'hrose'],
      [/not the same[\s\S]*New passphrase/, 'mule'],
      [/again/, 'mule'],
    ]);
    expect(stdout).toBe('mule');
    expect(stderr).not.toMatch(/horse|hrose|mule/);
  });
});
