import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ask, openAgentHouse } from '../../test/support/agent/agent-harness.ts';
import { createWorkspaceTrust, type WorkspaceTrust } from '../trust/index.ts';

it('gives the program the instructions of a folder while exactly they are trusted, over the turns of a conversation', async () => {
  const trust: { now?: WorkspaceTrust } = {};
  const { agent, workspace, store, sandbox } = await openAgentHouse({
    workspaceTrust: {
      load: async (path) =>
        (await trust.now?.load(path)) ?? { trust: 'none' as const, items: 0, instructions: null },
    },
  });
  const ours = createWorkspaceTrust(store.documents, async (path) => path);
  trust.now = ours;
  const file = join(workspace, 'CLAUDE.md');
  writeFileSync(file, 'The canary is heron.');
  let conversationId: string | undefined;
  /** What the last request told the model of the folder. */
  const turn = async (prompt: string) => {
    const heard = await ask(agent, {
      prompt,
      workspace,
      ...(conversationId === undefined ? {} : { conversationId }),
    });
    const started = heard.one('started');
    conversationId = started.conversationId;
    const sent = JSON.stringify(await (await fetch(`${sandbox.url}/sandbox/requests`)).json());
    return { workspace: started.workspace, sent };
  };

  const untrusted = await turn('one');
  expect(untrusted.workspace).toEqual({ trust: 'none', items: 1 });
  await ours.trust({ path: workspace, hash: (await ours.look(workspace)).hash });
  const trusted = await turn('two');
  expect(trusted.workspace).toEqual({ trust: 'trusted', items: 1 });
  writeFileSync(file, 'The canary is vulture.');
  const changed = await turn('three');
  expect(changed.workspace).toEqual({ trust: 'changed', items: 1 });
  await ours.trust({ path: workspace, hash: null });
  expect((await turn('four')).workspace).toEqual({ trust: 'none', items: 1 });
});
