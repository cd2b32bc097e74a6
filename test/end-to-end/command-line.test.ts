import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { acceptKey, sandboxApiKey } from './harness/sandbox-api-key.ts';
import { signInByCommand } from './harness/sign-in-by-command.ts';
import { type Postern, startPostern } from './harness/start-postern.ts';

/** In this order, as one person would do it; each step stands on the one before. */
describe('a person at the command line', () => {
  let postern: Postern;
  const run: Postern['household']['run'] = (args, input) => postern.household.run(args, input);

  beforeAll(async () => {
    postern = await startPostern();
  });
  afterAll(() => postern?.stop());

  it('is told at first that nobody is signed in, and what to do', async () => {
    const status = await run(['status']);
    expect(status).toMatchObject({ exitCode: 1, stderr: '' });
    expect(status.stdout).toMatch(/^Sandbox: no real account, no cost\n/);
    expect(status.stdout).toContain('Sign-in:   Not signed in');
    expect(status.stdout).toContain('Sign in, or save an API key.');

    const ask = await run(['ask', 'Hello']);
    expect(ask).toMatchObject({ exitCode: 77, stdout: '' });
    expect(ask.stderr).toContain('You are not signed in');
  });

  it('signs in', async () => {
    const { page, end } = await signInByCommand(postern);
    expect(page).toContain('You are signed in.');
    expect(page).toContain('Sandbox: no real account, no cost');
    // Without "Not tried yet" where the first real call was accepted by then.
    expect(end).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/^Signed in as demo@example\.com/m),
    });

    const status = await run(['status']);
    expect(status.exitCode).toBe(0);
    expect(status.stdout).toContain('Sign-in:   Signed in (demo@example.com');
    expect(status.stdout).toContain('In use:    oauth.');
  });

  it('keeps a second account, renews it, and signs out of it alone', async () => {
    const work = ['--credential', 'oauth:work'];
    expect((await signInByCommand(postern, work)).end.exitCode).toBe(0);
    const both = await run(['status']);
    expect(both.stdout).toMatch(/^ {2}oauth:default +demo@example\.com +active/m);
    expect(both.stdout).toMatch(/^ {2}oauth:work +demo@example\.com +active/m);
    expect((await run(['refresh', ...work])).stdout).toMatch(/^Renewed\./);
    expect((await run(['logout', ...work])).stdout).toBe('Signed out here and at the server.\n');
    expect((await run(['refresh', ...work])).exitCode).toBe(77);
    expect((await run(['refresh'])).exitCode).toBe(0);
    expect((await run(['status'])).stdout).toContain('Sign-in:   Signed in (demo@example.com');
  });

  it('asks, and the answer’s text alone comes to standard output', async () => {
    const end = await run(['ask', 'What is a postern?']);
    expect(end.exitCode).toBe(0);
    expect(end.stdout).toMatch(/^You asked: “What is a postern\?”\n/);
    expect(end.stdout).toMatch(/It can go wrong on purpose\*\*[^\n]*\n$/);
    expect(end.stderr).toContain('oauth. Paid by: ');
  });

  it('reads the beginning of an answer long before its end', async () => {
    const ask = postern.household.begin(['ask', 'Give me a long answer']);
    await ask.prints(/^You asked/);
    const beginning = ask.pieces.join('');
    const { stdout } = await ask.ended();
    expect(stdout.startsWith(beginning)).toBe(true);
    expect(stdout.length).toBeGreaterThan(2 * beginning.length);
  });

  it('pipes a prompt in', async () => {
    const end = await run(['ask', '--quiet'], 'What is a sally port?\n');
    expect(end).toMatchObject({ exitCode: 0, stderr: 'Sandbox: no real account, no cost.\n' });
    expect(end.stdout).toContain('You asked: “What is a sally port?”');
  });

  it('gets one JSON value for a script, and goes on with the conversation', async () => {
    const first = await run(['ask', '--output', 'json', 'My favourite colour is blue']);
    expect({ exitCode: first.exitCode, stderr: first.stderr }).toEqual({ exitCode: 0, stderr: '' });
    const answer = JSON.parse(first.stdout) as Record<string, unknown>;
    expect(answer).toMatchObject({
      text: expect.stringContaining('My favourite colour is blue'),
      credential: { kind: 'oauth' },
      switches: [],
      stopReason: 'end_turn',
      error: null,
    });
    const more = await run([
      ...['ask', '--json', '--conversation', String(answer['conversationId'])],
      'What did I say before?',
    ]);
    expect(JSON.parse(more.stdout)).toMatchObject({
      conversationId: answer['conversationId'],
      text: expect.stringContaining('1. My favourite colour is blue'),
    });

    const receipts = JSON.parse((await run(['receipts', '--json'])).stdout) as { items: { id: string }[] };
    expect(receipts.items.map(({ id }) => id)).toContain(answer['receiptId']);
  });

  it('is not taken by surprise: a file is only written once that was allowed', async () => {
    const file = join(postern.household.workspace, 'note.txt');
    const prompt = 'write note.txt that says "Signed by the sandbox"';

    const unasked = await run(['ask', '--workspace', '.', prompt]);
    expect(unasked.exitCode).toBe(0);
    expect(unasked.stderr).toContain('--allow-tools Write allows it');
    expect(existsSync(file)).toBe(false);

    const allowed = await run(['ask', '--workspace', '.', '--allow-tools', 'Write', prompt]);
    expect(allowed.exitCode).toBe(0);
    expect(readFileSync(file, 'utf8')).toBe('Signed by the sandbox');
  });

  it('approves a file by POST /approve, having seen the change, and finds the file', async () => {
    const { client, household, ready, token } = postern;
    const file = join(household.workspace, 'approved.txt');
    const seen: string[] = [];
    const prompt = 'write approved.txt that says "By the door"';
    for await (const event of client.runQuery({ prompt, workspace: household.workspace })) {
      seen.push(event.event);
      if (event.event !== 'permission_request') continue;
      expect(event.data).toMatchObject({
        toolName: 'Write',
        path: file,
        diff: expect.stringContaining('+By the door'),
      });
      expect(existsSync(file)).toBe(false);
      const answer = await fetch(`${ready.url}/approve`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ requestId: event.data.requestId, decision: 'allow' }),
      });
      expect(answer.status).toBe(200);
    }
    expect(seen).toEqual(expect.arrayContaining(['permission_resolution', 'tool_result', 'assistant_text']));
    expect(seen.at(-1)).toBe('result');
    expect(readFileSync(file, 'utf8')).toBe('By the door');
  });

  it('is told with exit code 2 when the sign-in has ended at the server', async () => {
    await postern.client.sandbox.revoke();
    const refresh = await run(['refresh']);
    expect(refresh.exitCode).toBe(77);
    const status = await run(['status']);
    expect(status.exitCode).toBe(2);
    expect(status.stdout).toContain('Sign-in:   Ended: sign in again');
  });

  it('is rescued by an API key, which is never taken from the command line', async () => {
    await acceptKey(String(postern.ready.sandboxUrl));
    const typed = await run(['key', 'set', sandboxApiKey]);
    expect(typed.exitCode).toBe(64);
    expect(typed.stdout + typed.stderr).not.toContain(sandboxApiKey);

    expect(await run(['key', 'set'], `${sandboxApiKey}\n`)).toMatchObject({ exitCode: 0 });
    expect((await run(['status'])).exitCode).toBe(0);
    const ask = await run(['ask', 'Hello again']);
    expect(ask.exitCode).toBe(0);
    expect(ask.stderr).toContain('api_key. Paid by: ');
    expect((await run(['key', 'clear'])).exitCode).toBe(0);
  });

  it('signs in again, and signs out here and at the server', async () => {
    await signInByCommand(postern);
    const logout = await run(['logout']);
    expect(logout).toMatchObject({ exitCode: 0, stdout: 'Signed out here and at the server.\n' });

    const status = await run(['status', '--json']);
    expect(status.exitCode).toBe(1);
    expect(JSON.parse(status.stdout)).toMatchObject({ state: 'signed_out', connected: false, usable: false });
    expect(await run(['logout'])).toMatchObject({ exitCode: 0 });
    const timeline = JSON.parse((await run(['timeline', '--json'])).stdout) as { items: { text: string }[] };
    expect(timeline.items.map(({ text }) => text)).toContain('You signed out.');
  });

  it('stops it by postern stop, and status says with exit code 3 that nothing can be reached', async () => {
    const stopped = await run(['stop']);
    expect(stopped).toMatchObject({ exitCode: 0, stdout: 'Postern has stopped.\n' });
    expect((await run(['status', '--sandbox'])).exitCode).toBe(3);
    expect(await run(['stop'])).toMatchObject({ exitCode: 0, stdout: 'Postern is not running.\n' });
  });
});
