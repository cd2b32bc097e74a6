import { globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { ask, openAgentHouse } from '../../test/support/agent/agent-harness.ts';
import { recorded } from '../../test/support/agent/recorded-children.ts';
import { startUpstream } from '../../test/support/gateway/fake-upstream.ts';
import {
  plainAnswer,
  type ScriptedAnswer,
  startShapeUpstream,
} from '../../test/support/gateway/shape-upstream.ts';
import { toolCallAnswer } from '../../test/support/gateway/tool-call-answer.ts';
import type { Agent } from './index.ts';

const prompt = 'What was asked before the crash?';
/** A call that is never answered, as one that is held until a plan's reset. */
const held: ScriptedAnswer = {
  shape: { name: 'held', headers: {}, body: Buffer.alloc(0), end: 'held' },
};

/** A conversation whose last call is held until a plan's reset when Postern is stopped, and again what it is asked then. */
async function stoppedWhileWaiting() {
  let isUsedUp = true;
  const bodies: string[] = [];
  const upstream = await startUpstream(({ body }, response) => {
    bodies.push(body.toString());
    if (!isUsedUp) {
      const { headers, body: answer } = plainAnswer('It was this.').shape;
      return void response.writeHead(200, headers).end(answer);
    }
    response.writeHead(429, {
      'anthropic-ratelimit-unified-status': 'rejected',
      'anthropic-ratelimit-unified-representative-claim': 'five_hour',
      'anthropic-ratelimit-unified-5h-utilization': '1',
      'anthropic-ratelimit-unified-5h-reset': String(Math.ceil(Date.now() / 1000) + 3600),
    });
    response.end('{"type":"error","error":{"type":"rate_limit_error","message":"limit"}}');
  });
  const house = await openAgentHouse({}, { apiBaseUrl: upstream.url });
  await house.tokens.signIn('token-1');
  house.settings.update({ fallback: { onUsageLimit: 'wait' } });
  let stopping: Promise<Agent> | null = null;
  const heard = await ask(house.agent, { prompt, workspace: house.workspace }, async ({ event }) => {
    if (event !== 'waiting') return;
    // On a busy machine the wait begins before the program has written its prompt.
    await vi.waitFor(() => expect(toolResultsIn(house.dataDir)).toBe(0), { timeout: 30_000 });
    stopping = house.restart();
  });
  isUsedUp = false;
  await house.tokens.signIn('token-2');
  const agent = (await stopping) ?? house.agent;
  return { ...house, agent, bodies, conversationId: heard.one('started').conversationId };
}

/** A conversation whose last call was held when Postern was killed; `before` are the answers until then. */
async function killedWhileHeld(before: (path: string) => readonly ScriptedAnswer[]) {
  const upstream = await startShapeUpstream();
  const house = await openAgentHouse({}, { apiBaseUrl: upstream.url });
  const path = join(house.workspace, 'notes.txt');
  writeFileSync(path, 'Buy milk.');
  const answers = before(path);
  upstream.script(...answers, held);
  const asked = ask(house.agent, { prompt, workspace: house.workspace });
  await vi.waitFor(() => expect(upstream.calls).toHaveLength(answers.length + 1), { timeout: 30_000 });
  // The call is held for minutes: until then the program has written what led to it.
  await vi.waitFor(() => expect(toolResultsIn(house.dataDir)).toBe(answers.length), { timeout: 30_000 });
  for (const { pid } of recorded(house.dataDir)) process.kill(pid, 'SIGKILL');
  const { conversationId } = (await asked).one('started');
  const waiting = { workspace: house.workspace, prompt, untilMs: Date.now(), sinceMs: Date.now() };
  house.store.documents.update('waiting_queries', () => ({ [conversationId]: waiting }));
  return { ...house, agent: await house.restart(), upstream, conversationId };
}

/** Results of tools in the only session; -1 before its prompt is written. */
function toolResultsIn(dataDir: string): number {
  const [path] = globSync(join(dataDir, 'claude/projects/*/*.jsonl'));
  const text = path === undefined ? '' : readFileSync(path, 'utf8');
  return text.includes(prompt) ? text.split('"type":"tool_result"').length - 1 : -1;
}

/** Every text and tool result that the model was sent in a call. */
function sentIn(body: string | undefined): readonly string[] {
  const { messages } = JSON.parse(body ?? '{}') as {
    messages: { role: string; content: string | { type: string; text?: string; content?: unknown }[] }[];
  };
  return messages
    .filter(({ role }) => role !== 'system')
    .flatMap(({ content }) => (typeof content === 'string' ? [{ type: 'text', text: content }] : content))
    .map(({ type, text }) => (type === 'text' ? (text ?? '').trim() : type))
    .filter((text) => !text.startsWith('<system-reminder>'));
}

async function itemsOf(agent: Agent, conversationId: string): Promise<readonly string[]> {
  const { items } = await agent.conversation(conversationId, { limit: 50, before: null });
  return items.map((item) => ('text' in item ? item.text : item.type));
}

describe('a turn that waited when Postern was killed', () => {
  it('goes on with what the model had: its prompt is sent once, and stands once in the history', async () => {
    const { agent, upstream, conversationId } = await killedWhileHeld(() => []);
    upstream.script(plainAnswer('It was this.'));
    let before: string | undefined;
    const heard = await ask(agent, { prompt, conversationId }, async ({ event }) => {
      if (event !== 'started') return;
      before = (await agent.conversation(conversationId, { limit: 50, before: null })).running?.before;
    });
    // What it says from now on comes after the prompt that is there.
    expect(before).toBe('1');
    expect(heard.text).toBe('It was this.');
    expect(upstream.calls).toHaveLength(1);
    expect(sentIn(upstream.calls[0])).toEqual([prompt, 'Continue from where you left off.']);
    expect(await itemsOf(agent, conversationId)).toEqual([prompt, 'It was this.']);

    upstream.script(plainAnswer('And that.'));
    await ask(agent, { prompt, conversationId });
    expect(sentIn(upstream.calls[0]).filter((text) => text === prompt)).toHaveLength(2);
  });

  it('goes on as well where Postern was stopped, not killed', async () => {
    const { agent, bodies, conversationId } = await stoppedWhileWaiting();
    const heard = await ask(agent, { prompt, conversationId, credential: 'api_key:default' });
    expect(heard.text).toBe('It was this.');
    expect(bodies).toHaveLength(2);
    expect(sentIn(bodies.at(-1))).toEqual([prompt, 'Continue from where you left off.']);
    expect(await itemsOf(agent, conversationId)).toEqual([prompt, 'It was this.']);
  });

  it('is sent its prompt where its program had not written it yet', async () => {
    const { agent, bodies, conversationId, dataDir } = await stoppedWhileWaiting();
    for (const path of globSync(join(dataDir, 'claude/projects/*/*.jsonl'))) rmSync(path);
    const heard = await ask(agent, { prompt, conversationId, credential: 'api_key:default' });
    expect(heard.text).toBe('It was this.');
    expect(bodies).toHaveLength(2);
    expect(sentIn(bodies.at(-1))).toEqual([prompt]);
    expect(await itemsOf(agent, conversationId)).toEqual([prompt, 'It was this.']);
  });

  it('goes on after the tools that had run, and none of them runs again', async () => {
    const { agent, upstream, conversationId } = await killedWhileHeld((path) => [
      toolCallAnswer('Read', { file_path: path }, { text: 'I will look.' }),
    ]);
    upstream.script(plainAnswer('Milk.'));
    const heard = await ask(agent, { prompt, conversationId });
    expect(heard.text).toBe('Milk.');
    expect(heard.all('tool_use')).toEqual([]);
    const sent = sentIn(upstream.calls[0]);
    expect(sent.filter((text) => text === prompt)).toHaveLength(1);
    expect(sent.filter((text) => text === 'tool_result')).toHaveLength(1);
  });

  it('is sent what is asked where that is something else', async () => {
    const { agent, upstream, conversationId } = await killedWhileHeld(() => []);
    upstream.script(plainAnswer('Fine.'));
    await ask(agent, { prompt: 'Never mind.', conversationId });
    expect(sentIn(upstream.calls[0]).at(-1)).toBe('Never mind.');
  });
});
