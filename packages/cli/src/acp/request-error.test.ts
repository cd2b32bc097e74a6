import { methods } from '@agentclientprotocol/sdk';
import { PosternError } from '@postern/client';
import { type ErrorCode, errorTable } from '@postern/contract';
import { expect, it } from 'vitest';
import { connected, newSession, prompt, scripted } from '../../test/scripted-editor.ts';
import { CommandError } from '../command-error.ts';
import { asRequestError } from './request-error.ts';

const problem = (code: ErrorCode, detail = '') =>
  new PosternError({ ...errorTable[code], code, detail: detail || errorTable[code].nextStep });

it.each(['project', './project', '~/project', ''])(
  'a folder without its whole path is an invalid parameter, wherever it is named: %j',
  async (cwd) => {
    const refused = { code: -32_602, message: expect.stringContaining('cwd must be an absolute path') };
    // Without a sidecar: what is wrong in itself starts none.
    const none = async () => Promise.reject(new Error('It would be started.'));
    await connected(none, async (agent) => {
      const { session } = methods.agent;
      const known = { sessionId: 'a', cwd, mcpServers: [] };
      await expect(agent.request(session.new, { cwd, mcpServers: [] })).rejects.toMatchObject(refused);
      await expect(agent.request(session.load, known)).rejects.toMatchObject(refused);
      await expect(agent.request(session.resume, known)).rejects.toMatchObject(refused);
      await expect(agent.request(session.list, { cwd })).rejects.toMatchObject(refused);
    });
  },
);

it('what the sidecar refuses of a session or a prompt is an invalid parameter', async () => {
  const { sidecar } = scripted();
  const gone = {
    ...sidecar,
    reserveConversation: async () => Promise.reject(problem('workspace_not_found', 'It is not there.')),
  };
  await connected(gone, async (agent) => {
    await expect(newSession(agent)).rejects.toMatchObject({
      code: -32_602,
      message:
        'The workspace folder is not there. It is not there. Choose a folder that exists and that you may open.',
      data: { code: 'workspace_not_found' },
    });
  });
  const empty = {
    ...sidecar,
    // biome-ignore lint/correctness/useYield: it fails before its first event.
    async *runQuery() {
      throw problem('prompt_empty');
    },
  } as typeof sidecar;
  await connected(empty, async (agent) => {
    await newSession(agent);
    await expect(prompt(agent, ' ')).rejects.toMatchObject({ code: -32_602, data: { code: 'prompt_empty' } });
  });
});

it('what fails for another reason is none, and neither is how the command was started', () => {
  expect(asRequestError(problem('bad_request')).code).toBe(-32_602);
  for (const error of [
    problem('upstream_overloaded'),
    new CommandError('workspace_not_found'),
    new Error('x'),
  ])
    expect(asRequestError(error).code).toBe(-32_603);
});
