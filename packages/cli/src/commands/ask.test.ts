import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { frame, json, problem, stream } from '../../../client/test/scripted-sidecar.ts';
import { type CommandWorld, createCommandWorld } from '../../test/command-world.ts';

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
const failure = (code: string) =>
  frame(90, 'error', { code, title: 'It failed', detail: 'Why', retryable: false });
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

const answers = (...frames: string[]) => world.sidecar.on('POST /query', stream([started, ...frames]));
const sent = () => world.sidecar.requests.find((each) => each.url === '/query')?.body;

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

describe('postern ask', () => {
  it('streams the answer to stdout and everything else to stderr', async () => {
    answers(
      text(2, 'Hello'),
      frame(3, 'tool_use', { toolUseId: 't', name: 'Read', input: { file_path: '/a' } }),
      text(4, ' you'),
      result,
    );
    const { exitCode, stdout, stderr } = await world.run([
      'ask',
      'say',
      'hello',
      '--model',
      'm',
      '--workspace',
      'sub',
    ]);
    expect(exitCode).toBe(0);
    expect(stdout).toBe('Hello you\n');
    expect(stderr).toBe('oauth. Pays: Your sign-in’s plan\n▸ Read /a\n$0.0123 · 1.5 s\n');
    expect(sent()).toEqual({ prompt: 'say hello', model: 'm', workspace: `${world.homeDir}/sub` });
  });

  it('reads the prompt from standard input, alone or after words', async () => {
    answers(result);
    await world.run(['ask'], { stdin: 'from a pipe\n' });
    expect(sent()).toEqual({ prompt: 'from a pipe\n' });
    await world.run(['ask', 'summarise', '-'], { stdin: 'a text' });
    expect(world.sidecar.requests.at(-1)?.body).toEqual({ prompt: 'summarise\n\na text' });
  });

  it('does not wait for an input that stays open when the prompt is given', async () => {
    answers(result);
    expect((await world.run(['ask', 'hi'], { terminal: [] })).exitCode).toBe(0);
  });

  it('has nothing to ask without a prompt: exit code 64, and no request', async () => {
    for (const options of [{ stdin: ' \n' }, { terminal: [] }]) {
      const { exitCode, stderr } = await world.run(['ask'], options);
      expect(exitCode).toBe(64);
      expect(stderr).toContain('There is nothing to ask');
    }
    expect(world.sidecar.requests).toHaveLength(0);
  });

  it.each([
    [['--model', 'a model'], '--model is no name'],
    [['--conversation', 'the last one'], '--conversation is no id'],
    [['--workspace', `/${'x'.repeat(5000)}`], '--workspace is'],
  ])('names the option that has the wrong form: %j', async (options, said) => {
    const { exitCode, stderr } = await world.run(['ask', 'Hi', ...options]);
    expect([exitCode, sent()]).toEqual([64, undefined]);
    expect(stderr).toContain(said);
  });

  it('prints one JSON value with --output json', async () => {
    answers(text(2, 'Hello'), result);
    const conversationId = '2fd9b9d9-79d5-4ae6-85ce-12acc0c060dd';
    const { stdout, stderr } = await world.run([
      'ask',
      'hi',
      '--output',
      'json',
      '--conversation',
      conversationId,
    ]);
    expect(JSON.parse(stdout)).toMatchObject({
      text: 'Hello',
      conversationId: 'c1',
      credential,
      costUsd: 0.0123,
      receiptId: 'r1',
      error: null,
    });
    expect(stderr).toBe('');
  });

  it('exits by the outcome', async () => {
    for (const [code, exitCode] of [
      ['no_working_credential', 77],
      ['plan_limit_reached', 69],
      ['agent_program_missing', 78],
      ['a_code_of_tomorrow', 70],
    ] as const) {
      answers(text(2, 'part'), failure(code));
      const ran = await world.run(['ask', 'hi']);
      expect([code, ran.exitCode]).toEqual([code, exitCode]);
      expect(ran.stdout).toBe('part\n');
      expect(ran.stderr).toContain('postern: It failed.\n  Why');
    }
    answers(failure('no_working_credential'));
    const { exitCode, stdout } = await world.run(['ask', 'hi', '--json']);
    expect(exitCode).toBe(77);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'no_working_credential' } });
  });

  it('says what was known before the stream opened', async () => {
    world.sidecar.on('POST /query', problem('workspace_not_found'));
    const { exitCode, stderr } = await world.run(['ask', 'hi']);
    expect(exitCode).toBe(64);
    expect(stderr).toContain('The workspace folder is not there');
  });

  it('stops the query on Ctrl-C and exits 130', async () => {
    world.sidecar.on('POST /query', stream([started, text(2, 'part')], 'stay'));
    const running = world.start(['ask', 'hi']);
    await running.printed(/part/);
    running.interrupt();
    expect((await running.done).exitCode).toBe(130);
    await world.sidecar.arrived('POST /query/q1/cancel');
  });

  it('does not let the model’s text steer a terminal, and leaves it alone in a pipe', async () => {
    answers(text(2, 'a\u001b]52;c;'), text(3, 'b\u0007\n'), result);
    expect((await world.run(['ask', 'hi'], { stdoutIsTerminal: true })).stdout).toBe('a]52;c;b\n');
    expect((await world.run(['ask', 'hi'])).stdout).toBe('a\u001b]52;c;b\u0007\n');
  });

  it('keeps the lines of both streams apart on a terminal, and the text as it came in a pipe', async () => {
    const tool = frame(3, 'tool_use', { toolUseId: 't', name: 'Read', input: {} });
    answers(text(2, 'one'), tool, text(4, 'two'), result);
    expect((await world.run(['ask', 'hi'], { stdoutIsTerminal: true })).stdout).toBe('one\ntwo\n');
    expect((await world.run(['ask', 'hi'])).stdout).toBe('onetwo\n');
  });

  it('writes no colours with NO_COLOR', async () => {
    answers(result);
    const environment = { NO_COLOR: '1' };
    expect((await world.run(['ask', 'hi'], { terminal: [], environment })).stderr).not.toContain('\u001b');
    expect((await world.run(['ask', 'hi'], { terminal: [] })).stderr).toContain('\u001b');
  });
});

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
      'Write a file?\nPlace: /home/person/notes.txt\n+hello\nAlways: the agent may write files in /home/person and the folders below it',
    );
    expect(approvals()).toEqual([body]);
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

  it('allows what was allowed by name, and nothing else', async () => {
    asks(permission);
    await world.run(['ask', 'hi', '--allow-tools', 'Read, Write']);
    expect(approvals()).toEqual([{ requestId: 'p1', decision: 'allow' }]);
    asks(permission);
    await world.run(['ask', 'hi', '--allow-tools', 'Writer,*']);
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

  it('shows the whole command with its lines, and what would not show', async () => {
    asks(
      command(
        { command: `echo ${'x'.repeat(300)}\n\nrm \u202Efdp.exe` },
        { cautions: ['hidden_characters'] },
      ),
    );
    const { stderr } = await world.run(['ask', 'hi'], { terminal: [[/\[y\]es/, 'n']] });
    expect(stderr).toContain(`echo ${'x'.repeat(300)}\n\nrm ⟨U+202E⟩fdp.exe\n`);
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
    expect(stderr).toContain('This is asked each time.');
    expect(approvals()).toEqual([{ requestId: 'p1', decision: 'allow' }]);
  });

  it('lets another credential pay only with a yes or --allow-fallback', async () => {
    asks(fallback);
    expect((await world.run(['ask', 'hi'])).stderr).toContain('--allow-fallback');
    asks(fallback);
    await world.run(['ask', 'hi', '--allow-fallback']);
    asks(fallback);
    const { stderr } = await world.run(['ask', 'hi'], { terminal: [[/\[y\]es/, 'a']] });
    expect(stderr).toContain('Payer: Your API key’s organization. Cap: $5.00 a day.');
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
