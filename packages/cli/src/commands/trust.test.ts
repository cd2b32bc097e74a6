import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { json } from '../../../client/test/scripted-sidecar.ts';
import { type CommandWorld, createCommandWorld } from '../../test/command-world.ts';

let world: CommandWorld;
beforeEach(async () => {
  world = await createCommandWorld();
  world.recordSidecar();
});
afterEach(() => world.close());

describe('postern trust', () => {
  const look = (trust: string, hash = 'a'.repeat(64)) => ({
    path: '/work',
    trust,
    hash,
    items: [
      {
        kind: 'instructions',
        name: 'CLAUDE.md',
        file: 'CLAUDE.md',
        summary: '',
        loads: true,
        reason: null,
        text: 'Use\ntabs\u001b[2J',
      },
      {
        kind: 'hook',
        name: 'Stop',
        file: '.claude/settings.json',
        summary: '',
        loads: false,
        reason: 'Never.',
        text: null,
      },
    ],
  });
  const posts = () =>
    world.sidecar.requests.filter(({ method }) => method === 'POST').map(({ body }) => body);

  it('shows all of it, and trusts exactly that with a yes only', async () => {
    world.sidecar.on('GET /workspace', json(look('none')));
    world.sidecar.on('POST /workspace/trust', json(look('trusted')));
    const asked = await world.run(['trust']);
    expect([asked.exitCode, posts()]).toEqual([64, []]);
    expect(asked.stdout).toContain(
      '/work: not trusted, nothing of it loads\n+ instructions CLAUDE.md\n    Use\n    tabs',
    );
    expect(asked.stdout).toContain('- hook Stop (.claude/settings.json): Never.\n');
    expect(asked.stdout).not.toContain('\u001b');
    expect(world.sidecar.requests.at(-1)?.url).toBe(`/workspace?path=${encodeURIComponent(world.homeDir)}`);

    const agreed = await world.run(['trust', '--yes']);
    expect([agreed.exitCode, posts()]).toEqual([0, [{ path: '/work', hash: 'a'.repeat(64) }]]);
    expect(agreed.stdout).toMatch(/Trusted\.\n$/);
  });

  it('takes the trust back, and looks only where a script asks for JSON', async () => {
    world.sidecar.on('GET /workspace', json(look('trusted')));
    world.sidecar.on('POST /workspace/trust', json(look('none')));
    const shown = await world.run(['trust', '--json']);
    expect([JSON.parse(shown.stdout), posts()]).toEqual([look('trusted'), []]);
    const removed = await world.run(['trust', '--remove']);
    expect([removed.exitCode, posts()]).toEqual([0, [{ path: '/work', hash: null }]]);
    expect(removed.stdout).toMatch(/No longer trusted\.\n$/);
  });
});
