import { methods } from '@agentclientprotocol/sdk';
import { expect, it } from 'vitest';
import { connected, newSession, scripted, sessionId } from '../../test/scripted-editor.ts';

it('what there is not is refused with a code and what to do', async () => {
  const { sidecar } = scripted();
  await connected(sidecar, async (agent) => {
    await newSession(agent);
    const unknown = { sessionId: '00000000-0000-4000-8000-000000000000' };
    const refused = async (asked: Promise<unknown>) =>
      await asked.then(
        () => null,
        ({ code, message, data }) => [code, data.code, message],
      );
    const option = (configId: string, value: string) =>
      agent.request(methods.agent.session.setConfigOption, { sessionId, configId, value });
    expect(
      await Promise.all([
        refused(agent.request(methods.agent.session.setMode, { ...unknown, modeId: 'plan' })),
        refused(agent.request(methods.agent.session.setMode, { sessionId, modeId: 'none' })),
        refused(option('model', '')),
        refused(option('none', 'x')),
        refused(agent.request(methods.agent.authenticate, { methodId: 'none' })),
      ]),
    ).toEqual([
      [-32_002, 'conversation_not_found', expect.stringMatching(/\. .+\.$/)],
      ...Array.from({ length: 4 }, () => [
        -32_602,
        'bad_request',
        expect.stringMatching(/There is no such .+\. .+\.$/),
      ]),
    ]);
  });
});
