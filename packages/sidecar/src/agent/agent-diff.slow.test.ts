import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ask, openAgentHouse } from '../../test/support/agent/agent-harness.ts';
import { plainAnswer, startShapeUpstream } from '../../test/support/gateway/shape-upstream.ts';
import { toolCallAnswer } from '../../test/support/gateway/tool-call-answer.ts';

it('shows what the program changed in a file, with its tabs, while it happens and in the history', async () => {
  const upstream = await startShapeUpstream();
  const { agent, workspace } = await openAgentHouse({}, { apiBaseUrl: upstream.url });
  const path = join(workspace, 'Makefile');
  writeFileSync(path, 'all:\n\techo one\n\n\techo end\n');
  upstream.script(
    toolCallAnswer('Read', { file_path: path }),
    toolCallAnswer('Write', { file_path: path, content: 'all:\n\techo two\n\n\techo end\n' }),
    toolCallAnswer('Edit', { file_path: path, old_string: '\techo two', new_string: '\t\techo three' }),
    plainAnswer('Done now'),
  );
  const heard = await ask(agent, { prompt: 'go', workspace, permissionMode: 'accept_edits' });
  const [, written, edited] = heard.all('tool_result').map(({ diff }) => diff);
  expect(written).toContain(' all:\n-\techo one\n+\techo two\n \n \techo end\n');
  expect(edited).toContain(' all:\n-\techo two\n+\t\techo three\n \n \techo end\n');
  const { conversationId } = heard.one('started');
  const { items } = await agent.conversation(conversationId, { limit: 50, before: null });
  expect(items.flatMap((item) => (item.type === 'tool_result' ? [item] : []))).toEqual(
    heard.all('tool_result').map((result) => ({ type: 'tool_result', ...result })),
  );
  expect(readFileSync(path, 'utf8')).toBe('all:\n\t\techo three\n\n\techo end\n');
});
