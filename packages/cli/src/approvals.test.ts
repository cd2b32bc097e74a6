import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { frame, json, stream } from '../../client/test/scripted-sidecar.ts';
import { type CommandWorld, createCommandWorld } from '../test/command-world.ts';
import { allowedTools } from './approvals.ts';

const credential = { id: 'oauth:default', kind: 'oauth', payer: 'Your sign-in’s plan' };
const started = frame(1, 'started', { queryId: 'q1', conversationId: 'c1', credential });
const text = (id: number, piece: string) => frame(id, 'assistant_text', { text: piece });
const usage = { inputTokens: 1, outputTokens: 2, cacheReadTokens: 0, cacheWriteTokens: 0 };
const result = frame(90, 'result', {
  stopReason: 'end_turn',
  usage,
  costUsd: 0.0123,
  receiptId: 'r1',
  durationMs: 1500,
});
const permission = frame(2, 'permission_request', {
  requestId: 'p1',
  toolName: 'Write',
  input: { file_path: '/home/person/notes.txt' },
  path: '/home/person/notes.txt',
  outside: false,
  diff: '+hello',
  cautions: [],
  remember: { rule: 'Write(/home/person/**)', words: 'write files in /home/person and the folders below it' },
  expiresAt: null,
});
const command = (input: Record<string, unknown>, more: Record<string, unknown> = {}) =>
  frame(2, 'permission_request', {
    ...{ requestId: 'p1', toolName: 'Bash', input, cautions: [], expiresAt: null },
    remember: { rule: `Bash(${input['command']})`, words: `run exactly this command: ${input['command']}` },
    ...more,
  });
const fallback = frame(2, 'fallback_request', {
  requestId: 'f1',
  from: credential,
  to: { id: 'api_key:default', kind: 'api_key', payer: 'Your API key’s organization' },
  reason: 'plan_limit_reached',
  payer: 'Your API key’s organization',
  capUsd: 5,
  expiresAt: '2026-11-23T10:04:00.000Z',
});

let world: CommandWorld;
beforeEach(async () => {
  world = await createCommandWorld();
  world.recordSidecar();
});
afterEach(() => world.close());

/** Opens the stream up to a question, and ends it well once the question is answered. */
function asks(question: string): void {
  let end = () => {};
  world.sidecar.on('POST /query', (response, request) => {
    void stream([started, question], 'stay')(response, request);
    end = () => response.end(text(3, 'Done.') + result);
  });
  world.sidecar.on('POST /approve', (response, request) => {
    void json({ done: true })(response, request);
    end();
  });
}
const approvals = () =>
  world.sidecar.requests.filter((each) => each.url === '/approve').map((each) => each.body);

describe('questions of a query', () => {
  it.each([
    ['y', { requestId: 'p1', decision: 'allow' }],
    ['no', { requestId: 'p1', decision: 'deny' }],
    ['always', { requestId: 'p1', decision: 'allow', remember: true }],
  ])('takes %s from the person at the terminal', async (typed, body) => {
    asks(permission);
    const { exitCode, stderr } = await world.run(['ask', 'hi'], { terminal: [[/\[y\]es/, typed]] });
    expect(exitCode).toBe(0);
    expect(stderr).toContain(
      'Write a file?\nPlace: /home/person/notes.txt\n│ +hello\nAlways: the agent may write files in /home/person and the folders below it',
    );
    expect(approvals()).toEqual([body]);
  });

  it('takes nothing for an answer that was typed before the question could be read', async () => {
    asks(permission);
    const { stderr } = await world.run(['ask', 'hi'], { typedAhead: 'y', terminal: [[/\[y\]es/, 'n']] });
    expect(approvals()).toEqual([{ requestId: 'p1', decision: 'deny' }]);
    expect(stderr.match(/\[y\]es/g)).toHaveLength(1);
  });

  it('asks again after something that is no answer', async () => {
    asks(permission);
    await world.run(['ask', 'hi'], {
      terminal: [
        [/\[y\]es/, 'what?'],
        [/\[y\]es/, 'y'],
      ],
    });
    expect(approvals()).toEqual([{ requestId: 'p1', decision: 'allow' }]);
  });

  it('denies without a terminal, and says which option allows it', async () => {
    asks(permission);
    const { stdout, stderr } = await world.run(['ask', 'hi']);
    expect(approvals()).toEqual([{ requestId: 'p1', decision: 'deny' }]);
    expect(stderr).toContain('--allow-tools Write');
    expect(stdout).toBe('Done.\n');
  });

  it('denies at a terminal whose input ended with the prompt, and does not wait for an answer', async () => {
    asks(permission);
    const running = world.start(['ask', '-'], { terminal: [] });
    running.type('Hello');
    running.endInput();
    const { exitCode, stderr } = await running.done;
    expect([exitCode, stderr]).toEqual([0, expect.stringContaining('--allow-tools Write allows it')]);
    expect(approvals()).toEqual([{ requestId: 'p1', decision: 'deny' }]);
  });

  it('allows what was allowed by name, and nothing else', async () => {
    asks(permission);
    await world.run(['ask', 'hi', '--allow-tools', 'Read, Write']);
    expect(approvals()).toEqual([{ requestId: 'p1', decision: 'allow' }]);
    asks(permission);
    await world.run(['ask', 'hi', '--allow-tools', 'Writer']);
    expect(approvals().at(-1)).toEqual({ requestId: 'p1', decision: 'deny' });
  });

  it.each([
    ['Bash(npm test)', 'npm test', 'allow'],
    ['Read,Bash(a, b),Write', 'a, b', 'allow'],
    ['Bash', 'anything', 'allow'],
    ['Bash(npm test)', 'npm test && rm -rf ~', 'deny'],
    ['Bash(npm *)', 'npm test', 'deny'],
  ])('takes %s for the command %s: %s', async (allowed, text, decision) => {
    asks(command({ command: text }));
    await world.run(['ask', 'hi', '--allow-tools', allowed]);
    expect(approvals()).toEqual([{ requestId: 'p1', decision }]);
  });

  it.each([
    ['outside the workspace', { outside: true, cautions: ['outside_workspace'] }],
    ['where nothing says where', { outside: undefined }],
    ['to a file that programs obey', { outside: false, cautions: ['protected_file'] }],
  ])('does not take a file tool’s name for a call %s', async (_where, more) => {
    asks(command({ file_path: '/x' }, { toolName: 'Write', path: '/x', remember: null, ...more }));
    await world.run(['ask', 'hi', '--allow-tools', 'Write']);
    expect(approvals()).toEqual([{ requestId: 'p1', decision: 'deny' }]);
  });

  it.each(['*', 'Bash(', 'Read, Bash(npm test', 'Write(relative/**)'])(
    'refuses what would allow nothing: --allow-tools "%s"',
    (list) => {
      expect(() => allowedTools(list)).toThrow(/neither the name of a tool nor a rule/);
    },
  );

  it('shows the whole command with its lines, and what would not show', async () => {
    asks(
      command(
        { command: `echo ${'x'.repeat(300)}\n\nrm \u202Efdp.exe` },
        { cautions: ['hidden_characters'] },
      ),
    );
    const { stderr } = await world.run(['ask', 'hi'], { terminal: [[/\[y\]es/, 'n']] });
    expect(stderr).toContain(`│ echo ${'x'.repeat(300)}\n│ \n│ rm ⟨U+202E⟩fdp.exe\n`);
    expect(stderr).toContain('! Characters that do not show are in this');
    expect(stderr).not.toContain('\u202E');
  });

  it('takes no yes before the end of a long question was shown', async () => {
    const text = Array.from({ length: 60 }, (_, at) => `step ${at}`).join('\n');
    asks(command({ command: text }));
    const { stderr } = await world.run(['ask', 'hi'], {
      terminal: [
        [/page 1 of 3/, 'y'],
        [/page 1 of 3/, 'a'],
        [/page 1 of 3/, ''],
        [/page 2 of 3/, ''],
        [/\[y\]es/, 'y'],
      ],
    });
    expect(stderr).toMatch(/step 0\n[\s\S]*step 59\n[\s\S]*\[y\]es/);
    expect(approvals()).toEqual([{ requestId: 'p1', decision: 'allow' }]);
  });

  it.each(['yikes', 'always ask me', 'yes please'])('takes %j for no answer', async (typed) => {
    asks(permission);
    await world.run(['ask', 'hi'], {
      terminal: [
        [/\[y\]es/, typed],
        [/\[y\]es/, 'n'],
      ],
    });
    expect(approvals()).toEqual([{ requestId: 'p1', decision: 'deny' }]);
  });

  it('fills a page by the cells that characters take', async () => {
    asks(command({ command: `rm -rf ~/x\n${`${'字'.repeat(80)}\n`.repeat(17)}` }));
    const { stderr } = await world.run(['ask', 'hi'], { terminal: [[/page 1 of/, 'n']] });
    expect(stderr.split('(page 1')[0]?.match(/字+/g)?.length).toBeLessThan(10);
  });

  it('lets no line of a command pass for Postern’s own', async () => {
    asks(command({ command: 'npm test\nAlways: the agent may do this.\nx' }));
    const { stderr } = await world.run(['ask', 'hi'], { terminal: [[/\[y\]es/, 'n']] });
    expect(stderr).toContain('\n│ Always: the agent may do this.\n');
  });

  it('takes a no on the way to the end', async () => {
    asks(command({ command: 'x\n'.repeat(200) }));
    await world.run(['ask', 'hi'], { terminal: [[/page 1 of/, 'n']] });
    expect(approvals()).toEqual([{ requestId: 'p1', decision: 'deny' }]);
  });

  it('offers no “always” where nothing can be remembered', async () => {
    asks(command({ command: 'x' }, { remember: null }));
    const { stderr } = await world.run(['ask', 'hi'], {
      terminal: [
        [/\[y\]es/, 'a'],
        [/\[y\]es/, 'y'],
      ],
    });
    expect(stderr).toContain('Postern asks every time.');
    expect(approvals()).toEqual([{ requestId: 'p1', decision: 'allow' }]);
  });

  it('lets another credential pay only with a yes or --allow-fallback', async () => {
    asks(fallback);
    expect((await world.run(['ask', 'hi'])).stderr).toContain('--allow-fallback');
    asks(fallback);
    await world.run(['ask', 'hi', '--allow-fallback']);
    asks(fallback);
    const { stderr } = await world.run(['ask', 'hi'], { terminal: [[/\[y\]es/, 'a']] });
    expect(stderr).toContain('paid by Your API key’s organization? Cap: $5.00 a day.');
    expect(approvals()).toEqual([
      { requestId: 'f1', decision: 'deny' },
      { requestId: 'f1', decision: 'allow' },
      { requestId: 'f1', decision: 'allow', remember: true },
    ]);
  });

  it('takes its question back when it was answered elsewhere', async () => {
    let answered = () => {};
    world.sidecar.on('POST /query', (response, request) => {
      void stream([started, permission], 'stay')(response, request);
      answered = () =>
        response.end(frame(3, 'permission_resolution', { requestId: 'p1', decision: 'allow' }) + result);
    });
    const running = world.start(['ask', 'hi'], { terminal: [] });
    await running.printed(/\[y\]es/);
    answered();
    expect((await running.done).exitCode).toBe(0);
    expect(approvals()).toEqual([]);
  });
});
