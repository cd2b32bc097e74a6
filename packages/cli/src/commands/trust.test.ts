import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { frame, json, problem, stream } from '../../../client/test/scripted-sidecar.ts';
import { type CommandWorld, createCommandWorld } from '../../test/command-world.ts';
import { createMemorySidecar } from '../../test/memory-sidecar.ts';

let world: CommandWorld;
beforeEach(async () => {
  world = await createCommandWorld();
  world.recordSidecar();
});
afterEach(() => world.close());

const look = (trust: string, hash = 'a'.repeat(64)) => ({
  path: '/projects',
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
const posts = () => world.sidecar.requests.filter(({ method }) => method === 'POST').map(({ body }) => body);

describe('postern trust', () => {
  it('shows all of it, and trusts exactly that with a yes only', async () => {
    world.sidecar.on('GET /workspace', json(look('none')));
    world.sidecar.on('POST /workspace/trust', json(look('trusted')));
    const asked = await world.run(['trust']);
    expect([asked.exitCode, posts()]).toEqual([64, []]);
    expect(asked.stdout).toContain(
      '/projects: not trusted, nothing of it loads\n+ instructions CLAUDE.md\n    Use\n    tabs',
    );
    expect(asked.stdout).toContain('- hook Stop (.claude/settings.json): Never.\n');
    expect(asked.stdout).not.toContain('\u001b');
    expect(world.sidecar.requests.at(-1)?.url).toBe(`/workspace?path=${encodeURIComponent(world.homeDir)}`);

    const agreed = await world.run(['trust', '--yes']);
    expect([agreed.exitCode, posts()]).toEqual([0, [{ path: '/projects', hash: 'a'.repeat(64) }]]);
    expect(agreed.stdout).toMatch(/Trusted\.\n$/);
  });

  it('takes trust back in a folder that is gone', async () => {
    world.sidecar.on('GET /workspace', problem('workspace_not_found'));
    world.sidecar.on('POST /workspace/trust', json({ path: '/gone', trust: 'none', hash: '', items: [] }));
    const removed = await world.run(['trust', '--remove', '/gone']);
    expect([removed.exitCode, removed.stdout]).toEqual([0, 'No longer trusted.\n']);
    expect(posts()).toEqual([{ path: '/gone', hash: null }]);
    expect((await world.run(['trust', '--yes', '/gone'])).exitCode).not.toBe(0);
    expect(posts()).toHaveLength(1);
  });

  it('does it alone where no Postern runs, and creates nothing by looking', async () => {
    world.recordSidecar({ pid: 2 ** 30 });
    const sidecar = createMemorySidecar();
    sidecar.workspaceItems = look('none').items as typeof sidecar.workspaceItems;
    const places = () => sidecar.opens.map(({ dataDir }) => dataDir === world.dataDir);
    const shown = await world.run(['trust', '--json'], { sidecar });
    expect([shown.exitCode, places(), sidecar.trusts]).toEqual([0, [false], []]);
    const agreed = await world.run(['trust', '--yes'], { sidecar });
    expect([agreed.exitCode, agreed.stdout]).toEqual([0, expect.stringMatching(/Trusted\.\n$/)]);
    expect(sidecar.trusts).toEqual([{ path: world.homeDir, hash: 'a'.repeat(64) }]);
    expect([places(), sidecar.stillOpen()]).toEqual([[false, true], 0]);
  });

  it('takes the trust back, and looks only where a script asks for JSON', async () => {
    world.sidecar.on('GET /workspace', json(look('trusted')));
    world.sidecar.on('POST /workspace/trust', json(look('none')));
    const shown = await world.run(['trust', '--json']);
    expect([JSON.parse(shown.stdout), posts()]).toEqual([look('trusted'), []]);
    const removed = await world.run(['trust', '--remove']);
    expect([removed.exitCode, posts()]).toEqual([0, [{ path: '/projects', hash: null }]]);
    expect(removed.stdout).toMatch(/No longer trusted\.\n$/);
  });
});

describe('postern ask --trust', () => {
  const answered = () =>
    world.sidecar.on(
      'POST /query',
      stream([
        frame(1, 'started', {
          queryId: 'q1',
          conversationId: 'c1',
          credential: { id: 'oauth:default', kind: 'oauth', payer: 'Your plan' },
        }),
        frame(2, 'assistant_text', { text: 'Done' }),
        frame(3, 'result', {
          stopReason: 'end_turn',
          usage: { inputTokens: 1, outputTokens: 2, cacheReadTokens: 0, cacheWriteTokens: 0 },
          costUsd: 0,
          receiptId: 'r1',
          durationMs: 1,
        }),
      ]),
    );
  const argv = ['ask', '--trust', '--workspace', '/projects', 'Hello'];
  const trusted = { path: '/projects', hash: 'a'.repeat(64) };

  it('shows what would load, trusts exactly that with a yes, and asks then', async () => {
    answered();
    world.sidecar.on('GET /workspace', json(look('changed')));
    world.sidecar.on('POST /workspace/trust', json(look('trusted')));
    const { exitCode, stdout, stderr } = await world.run(argv, { terminal: [[/Trust this folder\?/, 'y']] });
    expect([exitCode, stdout]).toEqual([0, 'Done\n']);
    expect(stderr).toContain('/projects: changed since it was trusted');
    expect(stderr).toContain('+ instructions CLAUDE.md\n    Use\n    tabs');
    expect(stderr).not.toContain('\u001b[2J');
    expect(posts()).toEqual([trusted, { prompt: 'Hello', workspace: '/projects' }]);
  });

  it('trusts and asks nothing after a no, and without a terminal only with --yes', async () => {
    answered();
    world.sidecar.on('GET /workspace', json(look('none')));
    world.sidecar.on('POST /workspace/trust', json(look('trusted')));
    const refused = await world.run(argv, { terminal: [[/Trust this folder\?/, 'n']] });
    expect([refused.exitCode, posts()]).toEqual([130, []]);
    const unanswered = await world.run(argv);
    expect([unanswered.exitCode, posts()]).toEqual([64, []]);
    expect(unanswered.stderr).toContain('--trust takes --yes');
    const script = await world.run([...argv, '--yes']);
    expect([script.exitCode, script.stdout]).toEqual([0, 'Done\n']);
    expect(posts()).toEqual([trusted, { prompt: 'Hello', workspace: '/projects' }]);
  });

  it('asks nothing where exactly that is trusted already', async () => {
    answered();
    world.sidecar.on('GET /workspace', json(look('trusted')));
    const { exitCode, stderr } = await world.run(argv);
    expect([exitCode, posts()]).toEqual([0, [{ prompt: 'Hello', workspace: '/projects' }]]);
    expect(stderr).not.toContain('CLAUDE.md');
  });

  it('is about the conversation’s folder, then the settings’, and says where there is none', async () => {
    answered();
    world.sidecar.on('GET /workspace', json(look('trusted')));
    const id = '2f0a1a4e-7b1c-4c59-9c39-0d6a5a7c9d11';
    const conversation = { id, title: 'T', workspace: '/there', items: [], next: null };
    world.sidecar.on(`GET /conversations/${id}`, json(conversation));
    await world.run(['ask', '--trust', '--conversation', id, 'Hello']);
    world.sidecar.on('GET /settings', json({ workspace: '/chosen' }), json({ workspace: null }));
    await world.run(['ask', '--trust', 'Hello']);
    const looks = () =>
      world.sidecar.requests.flatMap(({ url }) => (url.startsWith('/workspace') ? [url] : []));
    expect(looks()).toEqual(['/workspace?path=%2Fthere', '/workspace?path=%2Fchosen']);
    const nowhere = await world.run(['ask', '--trust', 'Hello']);
    expect([nowhere.exitCode, looks().length]).toEqual([64, 2]);
    expect(nowhere.stderr).toContain('add --workspace DIR');
  });
});
