import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ask, openAgentHouse } from '../../test/support/agent/agent-harness.ts';
import { recorded } from '../../test/support/agent/recorded-children.ts';
import { textEvents, written } from '../../test/support/gateway/answer-shapes.ts';
import {
  plainAnswer,
  type ScriptedAnswer,
  startShapeUpstream,
} from '../../test/support/gateway/shape-upstream.ts';
import { eventually } from '../../test/support/http/eventually.ts';

const headers = { 'content-type': 'text/event-stream' };

function begun(end: 'held' | 'cut' | 'ended', after = ''): ScriptedAnswer {
  const body = Buffer.from(written(textEvents('What was shown').slice(0, 5)) + after);
  return { shape: { name: 'begun', headers, body, end } };
}

const overloaded = written([{ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }]);

describe('what was shown of an answer', () => {
  it.each([
    ['Stop', begun('held'), 'query_cancelled'],
    ['a cut connection', begun('cut'), 'stream_interrupted'],
    ['an end without its end', begun('ended'), 'stream_interrupted'],
    ['an error', begun('ended', overloaded), 'stream_interrupted'],
  ])('before %s is in the history, and the model knows of it', async (_name, answer, code) => {
    const upstream = await startShapeUpstream();
    const { agent, workspace } = await openAgentHouse({}, { apiBaseUrl: upstream.url });
    upstream.script(answer);
    let shown = '';
    const heard = await ask(agent, { prompt: 'Tell', workspace }, async (event, queryId) => {
      if (event.event !== 'assistant_text') return;
      shown += event.data.text;
      if (code === 'query_cancelled' && shown === 'What was shown') void agent.cancel(queryId);
    });
    expect(heard.one('error').code).toBe(code);
    expect(heard.one('error')).not.toHaveProperty('kept');
    expect(shown).toBe('What was shown');
    expect(performance.now() - upstream.lastByteAtMs).toBeLessThan(2_000);

    const { conversationId } = heard.one('started');
    upstream.script(plainAnswer('And more'));
    const next = await ask(agent, { prompt: 'Go on', conversationId });
    expect(next.text).toBe('And more');
    expect(upstream.calls.at(-1)).toContain('What was shown');
    const { items } = await agent.conversation(conversationId, { limit: 50, before: null });
    expect(items.map((item) => ('text' in item ? item.text : item.type))).toEqual([
      'Tell',
      'What was shown',
      'Go on',
      'And more',
    ]);
  });
});

describe('what a program that was killed had shown', () => {
  it.each([
    ['in the middle of a block', 5],
    ['between a block and why it ended', 6],
  ])(
    '%s is said to be lost, by the query and in the history, also once it went on',
    async (_name, events) => {
      const upstream = await startShapeUpstream();
      const { agent, workspace, dataDir } = await openAgentHouse({}, { apiBaseUrl: upstream.url });
      const body = Buffer.from(written(textEvents('What was shown').slice(0, events)));
      upstream.script({ shape: { name: 'held', headers, body, end: 'held' } });
      let shown = '';
      const heard = await ask(agent, { prompt: 'Tell', workspace }, async (event) => {
        if (event.event !== 'assistant_text') return;
        shown += event.data.text;
        if (shown !== 'What was shown') return;
        // The program writes its lines a tenth of a second late.
        await eventually(() => writtenIn(dataDir)).toContain('Tell');
        for (const { pid } of recorded(dataDir)) process.kill(pid, 'SIGKILL');
      });
      expect(heard.one('error')).toMatchObject({ code: 'agent_failed', kept: false });

      const { conversationId } = heard.one('started');
      const inHistory = async (): Promise<readonly string[]> => {
        const { items } = await agent.conversation(conversationId, { limit: 50, before: null });
        return items.map((item) =>
          'text' in item ? item.text : item.type === 'gap' ? item.reason : item.type,
        );
      };
      expect(await inHistory()).toEqual(['Tell', 'unfinished']);
      upstream.script(plainAnswer('And more'));
      await ask(agent, { prompt: 'Go on', conversationId });
      await eventually(inHistory).toEqual(['Tell', 'unfinished', 'Go on', 'And more']);
    },
  );
});

describe('a conversation', () => {
  it('shows what was asked where the model stopped for a tool and named none', async () => {
    const upstream = await startShapeUpstream();
    const { agent, workspace } = await openAgentHouse({}, { apiBaseUrl: upstream.url });
    const named = (): ScriptedAnswer => {
      const body = Buffer.from(written(textEvents('I look', 'tool_use')));
      return { shape: { name: 'no tool', headers, body, end: 'ended' } };
    };
    upstream.script(...Array.from({ length: 8 }, named));
    const heard = await ask(agent, { prompt: 'Tell', workspace });
    expect(heard.events.at(-1)).toMatchObject({ event: 'error', data: { code: 'tool_call_unreadable' } });
    const { conversationId } = heard.one('started');
    upstream.script(plainAnswer('And more'));
    await ask(agent, { prompt: 'Go on', conversationId });
    const { items } = await agent.conversation(conversationId, { limit: 50, before: null });
    const texts = items.map((item) => ('text' in item ? item.text : item.type));
    expect(texts.filter((text) => text !== 'I look' && text !== 'gap')).toEqual([
      'Tell',
      'Go on',
      'And more',
    ]);
  });

  it('goes on in the folder it was last in, after a restart too, and never writes elsewhere', async () => {
    const house = await openAgentHouse();
    const other = join(house.root, 'other');
    mkdirSync(other);
    const first = await ask(house.agent, { prompt: 'Hello', workspace: house.workspace });
    const { conversationId } = first.one('started');
    await ask(house.agent, { prompt: 'Hello again', conversationId, workspace: other });

    const agent = await house.restart();
    expect((await ask(agent, { prompt: 'Hello once more', conversationId })).events.at(-1)?.event).toBe(
      'result',
    );
    const cwds = linesOf(house.dataDir, conversationId).flatMap(({ cwd }) =>
      typeof cwd === 'string' ? [cwd] : [],
    );
    expect(cwds.at(-1)).toBe(other);
    const { items } = await agent.conversation(conversationId, { limit: 50, before: null });
    expect(items.filter(({ type }) => type === 'user')).toHaveLength(3);

    renameSync(other, join(house.root, 'moved'));
    const later = await house.restart();
    await expect(later.start({ prompt: 'Where?', conversationId })).rejects.toMatchObject({
      code: 'workspace_not_found',
    });
    expect(existsSync(other)).toBe(false);
    const moved = await ask(later, { prompt: 'Here', conversationId, workspace: join(house.root, 'moved') });
    expect(moved.events.at(-1)?.event).toBe('result');
    const all = await later.conversation(conversationId, { limit: 50, before: null });
    expect(all.items.filter(({ type }) => type === 'user')).toHaveLength(4);
  });

  it('shows what was saved before a gap, and says that something is missing', async () => {
    const house = await openAgentHouse();
    const { agent, workspace } = house;
    const first = await ask(agent, { prompt: 'First', workspace });
    const { conversationId } = first.one('started');
    await ask(agent, { prompt: 'Second', conversationId });
    await house.restart();
    const file = fileOf(house.dataDir, conversationId);
    const lines = readFileSync(file, 'utf8').split('\n');
    const lost = lines.findIndex((line) => line.includes('"Second"') && line.includes('"type":"user"'));
    writeFileSync(file, [...lines.slice(0, lost), ...lines.slice(lost + 1)].join('\n'));

    const again = await house.restart();
    const { items } = await again.conversation(conversationId, { limit: 50, before: null });
    expect(items[0]).toMatchObject({ type: 'user', text: 'First' });
    expect(items.slice(-2).map(({ type }) => type)).toEqual(['gap', 'assistant_text']);
    expect(items.filter(({ type }) => type === 'gap')).toEqual([{ type: 'gap', reason: 'missing' }]);
  });
});

describe('a conversation whose file was damaged', () => {
  it.each([
    ['to its last line', (text: string) => text.replaceAll('}\n', '\n')],
    ['to nothing', () => ''],
    ['to zeros', (text: string) => '\0'.repeat(text.length)],
  ])('%s cannot go on, and says so', async (_name, damage) => {
    const house = await openAgentHouse();
    const first = await ask(house.agent, { prompt: 'First', workspace: house.workspace });
    const { conversationId } = first.one('started');
    const agent = await house.restart();
    const file = fileOf(house.dataDir, conversationId);
    const damaged = damage(readFileSync(file, 'utf8'));
    writeFileSync(file, damaged);

    const next = await ask(agent, { prompt: 'Second', conversationId });
    expect(next.one('error')).toMatchObject({
      code: 'conversation_damaged',
      detail: expect.stringMatching(/Start a new conversation/),
      retryable: false,
    });
    expect(readFileSync(file, 'utf8')).toBe(damaged);
    expect((await ask(agent, { prompt: 'Anew', workspace: house.workspace })).events.at(-1)?.event).toBe(
      'result',
    );
  });
});

function fileOf(dataDir: string, id: string): string {
  const found = readdirSync(dataDir, { recursive: true, encoding: 'utf8' }).filter((each) =>
    each.endsWith(`${id}.jsonl`),
  );
  return join(dataDir, found.at(-1) ?? '');
}

function writtenIn(dataDir: string): string {
  return readdirSync(dataDir, { recursive: true, encoding: 'utf8' })
    .filter((each) => each.endsWith('.jsonl'))
    .map((each) => readFileSync(join(dataDir, each), 'utf8'))
    .join('');
}

function linesOf(dataDir: string, id: string): readonly Record<string, unknown>[] {
  return readdirSync(dataDir, { recursive: true, encoding: 'utf8' })
    .filter((each) => each.endsWith(`${id}.jsonl`))
    .flatMap((each) => readFileSync(join(dataDir, each), 'utf8').trim().split('\n'))
    .map((text) => JSON.parse(text) as Record<string, unknown>);
}
