import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { json, problem } from '../../../client/test/scripted-sidecar.ts';
import { signedOut } from '../../test/answers.ts';
import { type CommandWorld, createCommandWorld } from '../../test/command-world.ts';

let world: CommandWorld;
beforeEach(async () => {
  world = await createCommandWorld();
  world.recordSidecar();
  const none = { subscription: null, loginExpiresAt: null, pendingLogin: null, lastError: null };
  const account = { email: 'ada@example.org', organization: null };
  world.sidecar.on('GET /auth/anthropic/status', json(signedOut));
  world.sidecar.on('GET /auth/anthropic/start', problem('oauth_not_configured'));
  world.sidecar.on('POST /auth/claude-code/login', json({ ...none, state: 'signed_in', account }));
});
afterEach(() => world.close());

it('signs in to the Claude Code program where no client is registered, as Postern comes', async () => {
  const { exitCode, stdout, stderr } = await world.run(['acp', '--login'], { terminal: [] });
  expect([exitCode, stdout]).toEqual([0, 'Signed in to Claude Code as ada@example.org.\n']);
  expect(stderr).toContain('postern key set');
});

it('starts a Postern for it where none runs: the sessions of the editor will look there', async () => {
  const file = join(world.dataDir, 'sidecar.json');
  const text = readFileSync(file, 'utf8');
  rmSync(file);
  const writes = `require('fs').writeFileSync(${JSON.stringify(file)}, ${JSON.stringify(text)}, { mode: 0o600 })`;
  const selfCommand = [process.execPath, '-e', writes, '--'];
  expect((await world.run(['acp', '--login'], { terminal: [], selfCommand })).exitCode).toBe(0);
});
