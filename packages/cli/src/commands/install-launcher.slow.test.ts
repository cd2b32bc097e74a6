import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type CommandWorld, createCommandWorld } from '../../test/command-world.ts';

/** What a desktop makes of the files: by its own programs, which `npm test` installs. */
let world: CommandWorld;
beforeEach(async () => {
  world = await createCommandWorld();
});
afterEach(() => world.close());

async function install(home: string): Promise<Readonly<Record<string, string>>> {
  const environment = { XDG_DATA_HOME: join(home, 'data'), XDG_CONFIG_HOME: join(home, 'config') };
  const selfCommand = [process.execPath, '/opt/postern/launch.cjs'];
  const options = { platform: 'linux', environment, selfCommand } as const;
  const { exitCode } = await world.run(['install-launcher', '--start-at-login'], options);
  expect(exitCode).toBe(0);
  return environment;
}

it('desktop-file-validate takes every entry, in a home as awkward as it may be called', async () => {
  const home = join(world.homeDir, `it's "100%" $x`);
  await install(home);
  for (const path of [
    join(home, 'data/applications/postern.desktop'),
    join(home, 'config/autostart/postern.desktop'),
    join(import.meta.dirname, '../../../../packaging/linux/postern.desktop'),
  ])
    expect(execFileSync('desktop-file-validate', [path], { encoding: 'utf8' })).toBe('');
});

it('xdg-mime finds the entry for postern links', async () => {
  // That script of sh does not know spaces in these folders.
  const home = join(world.homeDir, 'plain');
  const environment = await install(home);
  const env = { ...environment, PATH: '/usr/bin:/bin', HOME: home };
  const query = ['query', 'default', 'x-scheme-handler/postern'];
  expect(execFileSync('xdg-mime', query, { env, encoding: 'utf8' })).toBe('postern.desktop\n');
});
