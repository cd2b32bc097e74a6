import { methods } from '@agentclientprotocol/sdk';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { edit, isAnswering } from './harness/edit.ts';
import { acceptKey, sandboxApiKey } from './harness/sandbox-api-key.ts';
import { type Postern, startPostern } from './harness/start-postern.ts';
import { waitUntil } from './harness/wait-until.ts';

/** Long enough for a command to start, ask and give up on this machine when it is busy; a minute would be too long for who waits. */
const seconds = 20_000;
const story = 'Tell me a long story';

describe('a sidecar that is there and answers nothing', () => {
  let postern: Postern;
  const stopIt = () => postern.command.send('SIGSTOP');
  const letGoOn = () => postern.command.send('SIGCONT');

  beforeEach(async () => {
    postern = await startPostern();
    await acceptKey(postern.ready.sandboxUrl ?? '');
    await postern.client.updateSettings({ apiKey: sandboxApiKey });
  });
  afterEach(async () => {
    letGoOn();
    await postern.stop();
  });

  const hangs = () =>
    `postern: Postern runs, but does not answer.\n  Process ${postern.ready.pid} was stopped by a signal. To let it go on: kill -CONT ${postern.ready.pid}\n  Wait a moment and try again. If it stays so, end its process and run postern start.\n`;

  it('is named by each command within seconds, with the next step', async () => {
    const { household } = postern;
    stopIt();
    const beganAt = performance.now();
    const [status, ask, run, line] = await Promise.all([
      household.run(['status'], ''),
      household.run(['ask', 'Hello'], ''),
      household.run(['run', '--', process.execPath, '-e', '0'], ''),
      household.run(['statusline']),
    ]);
    expect(performance.now() - beganAt).toBeLessThan(seconds);
    expect(status).toMatchObject({ stderr: hangs(), stdout: '' });
    expect(status.exitCode).not.toBe(0);
    expect(ask).toEqual({ exitCode: 69, stderr: hangs(), stdout: '' });
    expect(run).toEqual({ exitCode: 69, stderr: hangs(), stdout: '' });
    expect(line).toMatchObject({ exitCode: 0, stdout: 'Postern does not answer\n' });
    letGoOn();
    expect((await household.run(['ask', 'Hello'], '')).exitCode).toBe(0);
  });

  it('is told of under postern ask, which goes on where it goes on', async () => {
    const command = postern.household.begin(['ask', story], '');
    await command.prints(/\S/);
    stopIt();
    await waitUntil(
      'it is told',
      () => command.stderr().includes('Postern does not answer. Process'),
      seconds,
    );
    letGoOn();
    const { exitCode, stderr } = await command.ended();
    expect(exitCode).toBe(0);
    expect(stderr).toContain('Postern answers again.');
  });

  it('is told of under a program with a lease, which goes on', async () => {
    const script = `setTimeout(() => console.log('here'), 1); setInterval(() => {}, 1000)`;
    const command = postern.household.begin(['run', '--', process.execPath, '-e', script], '');
    await command.prints(/here/);
    stopIt();
    await waitUntil('it is told', () => command.stderr().includes('the calls of the program wait'), 60_000);
    letGoOn();
    await waitUntil('it goes on', () => command.stderr().includes('it answers again'));
    expect(await postern.client.leases()).toHaveLength(1);
    command.send('SIGTERM');
    expect((await command.ended()).stderr).toContain('0 calls.');
  });

  it('is told of in an editor, in a prompt that is under way and by what is asked meanwhile', async () => {
    const { household } = postern;
    const told: string[] = [];
    await edit(household, async ({ agent, updates }) => {
      const { cwd, mcpServers } = { cwd: household.workspace, mcpServers: [] };
      const { sessionId } = await agent.request(methods.agent.session.new, { cwd, mcpServers });
      const prompt = [{ type: 'text' as const, text: story }];
      const answer = agent.request(methods.agent.session.prompt, { sessionId, prompt });
      const thoughts = () =>
        updates.flatMap((each) =>
          each.sessionUpdate === 'agent_thought_chunk' && each.content.type === 'text'
            ? [each.content.text]
            : [],
        );
      const isTold = (words: string) =>
        waitUntil(words, () => thoughts().some((each) => each.includes(words)), seconds);
      await waitUntil('the answer begins', () =>
        updates.some(({ sessionUpdate }) => sessionUpdate === 'agent_message_chunk'),
      );
      stopIt();
      const other = agent.request(methods.agent.session.new, { cwd, mcpServers });
      await expect(other).rejects.toMatchObject({
        message: expect.stringContaining(`Process ${postern.ready.pid} was stopped by a signal.`),
        data: { code: 'not_answering', retryable: true },
      });
      await isTold('Postern does not answer');
      letGoOn();
      expect(await answer).toMatchObject({ stopReason: 'end_turn' });
      await isTold('Postern answers again');
      told.push(...thoughts());
    });
    expect(told[0]).toContain(`kill -CONT ${postern.ready.pid}`);
  });

  it('does not keep an editor from stopping its prompt', async () => {
    const { household } = postern;
    await edit(household, async ({ agent, updates }) => {
      const { sessionId } = await agent.request(methods.agent.session.new, {
        cwd: household.workspace,
        mcpServers: [],
      });
      const prompt = [{ type: 'text' as const, text: story }];
      const answer = agent.request(methods.agent.session.prompt, { sessionId, prompt });
      await waitUntil('the answer begins', () => isAnswering(updates));
      stopIt();
      await agent.notify(methods.agent.session.cancel, { sessionId });
      const beganAt = performance.now();
      expect(await answer).toEqual({ stopReason: 'cancelled' });
      expect(performance.now() - beganAt).toBeLessThan(seconds);
    });
  });
});
