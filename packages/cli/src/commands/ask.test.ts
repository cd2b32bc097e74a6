import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { frame, problem, stream } from '../../../client/test/scripted-sidecar.ts';
import { type CommandWorld, createCommandWorld } from '../../test/command-world.ts';

const credential = { id: 'oauth:default', kind: 'oauth', payer: 'Your sign-in’s plan' };
const started = frame(1, 'started', { queryId: 'q1', conversationId: 'c1', credential });
const text = (id: number, piece: string) => frame(id, 'assistant_text', { text: piece });
const usage = { inputTokens: 1, outputTokens: 2, cacheReadTokens: 0, cacheWriteTokens: 0 };
const resultData = { stopReason: 'end_turn', usage, costUsd: 0.0123, receiptId: 'r1', durationMs: 1500 };
const result = frame(90, 'result', resultData);
const failure = (code: string) =>
  frame(90, 'error', { code, title: 'It failed', detail: 'Why', retryable: false });

let world: CommandWorld;
beforeEach(async () => {
  world = await createCommandWorld();
  world.recordSidecar();
});
afterEach(() => world.close());

const answers = (...frames: string[]) => world.sidecar.on('POST /query', stream([started, ...frames]));
const sent = () => world.sidecar.requests.find((each) => each.url === '/query')?.body;

describe('postern ask', () => {
  it('streams the answer to stdout and everything else to stderr', async () => {
    answers(
      text(2, 'Hello'),
      frame(3, 'tool_use', { toolUseId: 't', name: 'Read', input: { file_path: '/a' } }),
      text(4, 'you'),
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
    expect(stdout).toBe('Hello\n\nyou\n');
    expect(stderr).toBe('oauth. Paid by: Your sign-in’s plan\n▸ Read /a\n$0.0123 · 1.5 s\n');
    expect(sent()).toEqual({ prompt: 'say hello', model: 'm', workspace: `${world.homeDir}/sub` });
  });

  it('attaches files where they are, and asks nothing where one is not there', async () => {
    answers(result);
    writeFileSync(join(world.homeDir, 'a.png'), 'a');
    writeFileSync(join(world.homeDir, 'b c.txt'), 'b');
    await world.run(['ask', '--attach', 'a.png', 'Look', '--attach', join(world.homeDir, 'b c.txt')]);
    expect(sent()).toEqual({
      prompt: 'Look',
      attachments: [{ path: join(world.homeDir, 'a.png') }, { path: join(world.homeDir, 'b c.txt') }],
    });
    const before = world.sidecar.requests.length;
    for (const file of ['missing.png', '.']) {
      const { exitCode, stderr } = await world.run(['ask', 'Look', '--attach', file]);
      expect(exitCode).toBe(64);
      expect(stderr).toContain(`${file} is not there, or is no file.`);
    }
    expect(world.sidecar.requests).toHaveLength(before);
  });

  it('says of a picture and a PDF that are too large that the model gets their path only', async () => {
    answers(result);
    const sizes = {
      'just.png': 20_000_000,
      'scan.PDF': 20_000_001,
      'film.gif': 3_500_001,
      'log.txt': 30_000_000,
    };
    const files = Object.entries(sizes).map(([name, bytes]) => {
      const path = join(world.homeDir, name);
      writeFileSync(path, '');
      truncateSync(path, bytes);
      return path;
    });
    const { stderr } = await world.run([
      'ask',
      'Look',
      '--quiet',
      ...files.flatMap((file) => ['--attach', file]),
    ]);
    expect(stderr).toBe(
      [files[1], files[2]]
        .map((file) => `postern: ${file} is too large for the model to see. It gets the file’s path.\n`)
        .join(''),
    );
  });

  it('reads the prompt from standard input, alone or after words', async () => {
    answers(result);
    await world.run(['ask'], { stdin: 'from a pipe\n' });
    expect(sent()).toEqual({ prompt: 'from a pipe\n' });
    await world.run(['ask', 'summarise', '-'], { stdin: 'a text' });
    expect(world.sidecar.requests.at(-1)?.body).toEqual({ prompt: 'summarise\n\na text' });
  });

  it('takes its arguments as they are: a - between words is one of them', async () => {
    answers(result);
    await world.run(['ask', 'what', 'is', '7', '-', '2'], { stdin: 'not read' });
    expect(sent()).toEqual({ prompt: 'what is 7 - 2' });
    await world.run(['ask', '-'], { stdin: 'read' });
    expect(world.sidecar.requests.at(-1)?.body).toEqual({ prompt: 'read' });
  });

  it('sends nothing that it could not read', async () => {
    const { exitCode, stderr } = await world.run(['ask'], { stdin: Buffer.from('Gr\xfc\xdfe', 'latin1') });
    expect([exitCode, world.sidecar.requests.length]).toEqual([64, 0]);
    expect(stderr).toContain('neither UTF-8 nor UTF-16');
    answers(result);
    await world.run(['ask'], { stdin: Buffer.from('\ufeffGrüße', 'utf16le') });
    expect(sent()).toEqual({ prompt: 'Grüße' });
  });

  it('never lets half an answer look whole, and says what stopped it, also when quiet', async () => {
    answers(text(2, 'half'), frame(90, 'result', { ...resultData, stopReason: 'pause_turn' }));
    expect((await world.run(['ask', 'hi', '--quiet'])).stderr).toBe(
      'The model paused before it had finished. Send “continue” to let it go on.\n',
    );
    answers(text(2, 'bad'), frame(3, 'answer_withheld', { reason: 'refusal' }), text(4, 'good'), result);
    const { stdout, stderr } = await world.run(['ask', 'hi', '--quiet']);
    expect(stdout).toBe('bad\ngood\n');
    expect(stderr).toBe('The model’s safeguards stopped the text above. It is not an answer.\n');
  });

  it('tells silence, when to come back, what to do, and what is lost', async () => {
    answers(
      frame(2, 'silence', { seconds: 40, endsAtSeconds: 600 }),
      frame(90, 'error', {
        ...{ code: 'upstream_throttled', title: 'Slow down', detail: 'Too\u001b[31m many', retryable: true },
        ...{ nextStep: 'Wait.', retryAt: new Date(Date.now() + 600_000).toISOString(), kept: false },
      }),
    );
    const { stderr } = await world.run(['ask', 'hi', '--max-silence', '600']);
    expect(sent()).toEqual({ prompt: 'hi', maxSilenceSeconds: 600 });
    expect(stderr).toContain('No response for 40 s. Ctrl-C stops. Postern gives up after 600 s.');
    expect(stderr).toMatch(
      /Too\[31m many\n {2}It can be sent again in \d+ min \(.*\)\.\n {2}Wait\.\n {2}What came/,
    );
  });

  it('says which window is used up by its name, and until when it waits', async () => {
    const until = '2999-11-28T10:04:00.000Z';
    answers(
      frame(2, 'usage_limit', { window: 'five_hour', status: 'rejected', resetsAt: until }),
      frame(3, 'waiting', { window: 'five_hour', until }),
      result,
    );
    const { stderr } = await world.run(['ask', 'hi', '--on-limit', 'wait']);
    expect(stderr).toContain('The 5-hour window is used up. It resets at 2999-11-28 10:04:00Z.\n');
    expect(stderr).toContain(
      'The 5-hour window is used up. Waiting until 2999-11-28 10:04:00Z. Ctrl-C stops.\n',
    );
  });

  it('asks in the mode that was named, and says where that became another', async () => {
    answers(
      frame(2, 'permission_mode_changed', { from: 'plan', to: 'ask', reason: 'plan_approved' }),
      frame(3, 'permission_mode_changed', { from: 'ask', to: 'accept_edits', reason: 'user' }),
      result,
    );
    const { stderr } = await world.run(['ask', 'hi', '--permission-mode', 'accept-edits']);
    expect(sent()).toEqual({ prompt: 'hi', permissionMode: 'accept_edits' });
    expect(stderr).toContain('Postern asks before anything is changed.');
    expect(stderr).toContain('files in the workspace are changed without a question.');
    expect((await world.run(['ask', 'hi', '--permission-mode', 'bypass'])).exitCode).toBe(64);
  });

  it('says when it can be sent again where it is refused at once, but adds nothing for a script', async () => {
    world.sidecar.on('POST /query', problem('plan_limit_reached', { 'retry-after': '3590' }));
    const { exitCode, stderr } = await world.run(['ask', 'hi']);
    expect(exitCode).toBe(69);
    expect(stderr).toMatch(/allow the backup key\.\n {2}It can be sent again in 60 min \(.*\)\.\n$/);
    const script = await world.run(['ask', 'hi', '--json']);
    expect(script.stderr).toBe('');
    expect(Object.keys(JSON.parse(script.stdout).error)).not.toContain('retryAt');
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
    [['--max-silence', 'long'], '--max-silence is no number'],
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

  it('says where part of a long answer is missing, in the terminal and in JSON', async () => {
    answers(text(2, 'Hello'), frame(8, 'events_skipped', { count: 6 }), text(9, ' you'), result);
    const { stdout, stderr } = await world.run(['ask', 'hi']);
    expect(stdout).toBe('Hello you\n');
    expect(stderr).toContain('Part of what happened here is not shown');
    answers(text(2, 'Hello'), frame(8, 'events_skipped', { count: 6 }), text(9, ' you'), result);
    const script = await world.run(['ask', 'hi', '--json']);
    expect(JSON.parse(script.stdout)).toMatchObject({ text: 'Hello you', skippedEvents: 6 });
    expect(script.stderr).toBe('');
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

  it('does not let the model’s text steer a terminal, nor one behind a pipe, where it stays a file’s text', async () => {
    answers(text(2, 'a\u001b]52;c;'), text(3, 'b\u0007\u009b1m\u202ec\td\r\n'), result);
    expect((await world.run(['ask', 'hi'], { stdoutIsTerminal: true })).stdout).toBe('a]52;c;b1mc\td\n');
    expect((await world.run(['ask', 'hi'])).stdout).toBe('a]52;c;b1m\u202ec\td\r\n');
    const { stdout } = await world.run(['ask', 'hi', '--output', 'json']);
    for (const character of ['\u001b', '\u0007', '\u009b']) expect(stdout).not.toContain(character);
    expect(JSON.parse(stdout).text).toBe('a\u001b]52;c;b\u0007\u009b1m\u202ec\td\r\n');
  });

  it('keeps the lines of both streams apart on a terminal, and the paragraphs in a pipe', async () => {
    const tool = frame(3, 'tool_use', { toolUseId: 't', name: 'Read', input: {} });
    answers(text(2, 'one'), tool, text(4, 'two'), result);
    expect((await world.run(['ask', 'hi'], { stdoutIsTerminal: true })).stdout).toBe('one\ntwo\n');
    expect((await world.run(['ask', 'hi'])).stdout).toBe('one\n\ntwo\n');
  });

  it('writes no colours with NO_COLOR', async () => {
    answers(result);
    const environment = { NO_COLOR: '1' };
    expect((await world.run(['ask', 'hi'], { terminal: [], environment })).stderr).not.toContain('\u001b');
    expect((await world.run(['ask', 'hi'], { terminal: [] })).stderr).toContain('\u001b');
  });
});
