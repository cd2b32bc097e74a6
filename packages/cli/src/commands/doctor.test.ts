import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { json } from '../../../client/test/scripted-sidecar.ts';
import { credentialView } from '../../test/answers.ts';
import { type CommandWorld, createCommandWorld } from '../../test/command-world.ts';

let world: CommandWorld;
beforeEach(async () => {
  world = await createCommandWorld();
  world.recordSidecar();
});
afterEach(() => world.close());

describe('postern doctor', () => {
  const finding = { code: 'clock', level: 'ok', text: 'The clock is right.', nextStep: null };
  const problemFinding = {
    code: 'keychain',
    level: 'problem',
    text: 'The keychain is locked.',
    nextStep: 'Unlock it.',
  };
  const report = (...findings: unknown[]) =>
    json({ at: '2026-11-23T10:00:00.000Z', version: '9', platform: 'x', findings });

  it('exits 1 with a problem, and says what to do', async () => {
    world.sidecar.on('GET /diagnostics', report(finding), report(finding, problemFinding));
    expect((await world.run(['doctor'])).exitCode).toBe(0);
    const { exitCode, stdout } = await world.run(['doctor', '--try-credentials']);
    expect(exitCode).toBe(1);
    expect(stdout).toContain('PROBLEM The keychain is locked. [keychain]\n        → Unlock it.');
    expect(world.sidecar.requests.at(-1)?.url).toBe('/diagnostics?tryCredentials=1');
  });

  it('writes a bundle into a new file of the person’s own, without accounts', async () => {
    world.sidecar.on('GET /diagnostics', report(finding));
    const view = { ...credentialView('oauth', 'active'), label: 'ada@example.org' };
    world.sidecar.on('GET /credentials', json({ items: [view], next: null }));
    world.sidecar.on('GET /timeline', json({ items: [], next: null }));
    expect((await world.run(['doctor', '--bundle', 'bundle.json'])).exitCode).toBe(0);
    const path = join(world.homeDir, 'bundle.json');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readFileSync(path, 'utf8')).not.toContain('ada@example.org');
    expect((await world.run(['doctor', '--bundle', 'bundle.json'])).exitCode).toBe(64);
    expect((await world.run(['doctor', '--bundle', 'no/such/dir.json'])).exitCode).toBe(73);
  });
});
