import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { json, problem } from '../../../client/test/scripted-sidecar.ts';
import { signedIn } from '../../test/answers.ts';
import { type CommandWorld, createCommandWorld } from '../../test/command-world.ts';

const code = 'c0de-canary';
const state = 'st4te-canary';
let world: CommandWorld;
beforeEach(async () => {
  world = await createCommandWorld();
  world.recordSidecar();
  world.sidecar.on('POST /auth/anthropic/callback', json(signedIn));
});
afterEach(() => world.close());
const posted = () => world.sidecar.requests.filter(({ method }) => method === 'POST').map(({ body }) => body);

describe('postern handle-url', () => {
  it.each(['handle-url', 'launch'])(
    'hands the code and the state to the running Postern: %s',
    async (command) => {
      const link = `postern://callback?code=${code}&state=${state}&iss=https%3A%2F%2Fas.example&scope=a`;
      const { exitCode, stdout, stderr } = await world.run([command, link]);
      expect([exitCode, stdout, posted()]).toEqual([
        0,
        'Signed in.\n',
        [{ code, state, iss: 'https://as.example' }],
      ]);
      expect(stdout + stderr).not.toMatch(/canary/);
    },
  );

  it.each([
    `https://callback?code=${code}&state=${state}`,
    `postern://settings?code=${code}&state=${state}`,
    `postern://callback/settings?code=${code}&state=${state}`,
    `postern://user:${code}@callback?code=${code}&state=${state}`,
    `postern://callback:80?code=${code}&state=${state}`,
    `postern://callback?code=${code}&state=${state}#${code}`,
    `postern:callback?code=${code}&state=${state}`,
    `postern://callback?code=${code}`,
    `postern://callback?code=&state=${state}`,
    `postern://callback?state=${state}&error=access_denied`,
    `postern://callback?code=${code}&code=other&state=${state}`,
    `postern://callback?code=${code}&state=${state}&state=${state}`,
    `postern://callback?code=${code.repeat(1_000)}&state=${state}`,
    `file:///etc/passwd#${code}`,
    code,
    '',
  ])('refuses anything else with a stable code, and repeats nothing of it: %#', async (link) => {
    const { exitCode, stdout, stderr } = await world.run(['handle-url', link, '--json']);
    expect([exitCode, JSON.parse(stdout).error.code, posted()]).toEqual([64, 'link_refused', []]);
    expect(stdout + stderr).not.toMatch(/canary|passwd/);
  });

  it('passes on that the state is not the one of the sign-in that waits', async () => {
    world.sidecar.on('POST /auth/anthropic/callback', problem('state_mismatch'));
    const { exitCode, stdout } = await world.run([
      ...['handle-url', '--json'],
      `postern://callback?code=${code}&state=${state}`,
    ]);
    expect([exitCode, JSON.parse(stdout).error.code]).toEqual([64, 'state_mismatch']);
  });

  it('starts nothing: a sign-in waits in a Postern that runs', async () => {
    world.recordSidecar({ pid: 2 ** 30 });
    const link = `postern://callback?code=${code}&state=${state}`;
    const { exitCode, stdout } = await world.run(['launch', link, '--json']);
    expect([exitCode, JSON.parse(stdout).error.code]).toEqual([69, 'not_running']);
  });
});
