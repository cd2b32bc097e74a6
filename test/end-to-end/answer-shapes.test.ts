import type { Conversation, ConversationItem } from '@postern/contract';
import { afterAll, describe, expect, it } from 'vitest';
import type { Agent } from '../../packages/sidecar/src/agent/index.ts';
import { ask, openAgentHouse } from '../../packages/sidecar/test/support/agent/agent-harness.ts';
import { startBareProgram } from '../../packages/sidecar/test/support/agent/bare-program.ts';
import {
  type AnswerShape,
  brokenShapes,
  type Delivery,
  wholeShapes,
} from '../../packages/sidecar/test/support/gateway/answer-shapes.ts';
import { startShapeUpstream } from '../../packages/sidecar/test/support/gateway/shape-upstream.ts';
import { closeBrowser } from '../../packages/ui/test/open-window.ts';
import { openReplay, type RecordedAnswer } from './harness/replay-in-window.ts';

afterAll(closeBrowser);

/** Each shape in one piece, in pieces, slowly, and cut at every byte of one of its events. */
function deliveriesOf(at: number): readonly Delivery[] {
  return ['in one piece', 'event by event', 'slowly', { bytesOfEvent: at }];
}

/** Characters of which the window draws not all at once. */
const longText = 8_000;

const nameOf = (delivery: Delivery): string =>
  typeof delivery === 'string' ? delivery : `event ${delivery.bytesOfEvent} byte by byte`;

const cases = (shapes: readonly AnswerShape[]): readonly { shape: AnswerShape; delivery: Delivery }[] =>
  shapes.flatMap((shape, at) => deliveriesOf(at).map((delivery) => ({ shape, delivery })));

describe('what the program reads, the person reads', () => {
  it('in every shape of an answer, once, with what it used', async () => {
    const upstream = await startShapeUpstream();
    const bareUpstream = await startShapeUpstream();
    const house = await openAgentHouse({}, { apiBaseUrl: upstream.url });
    const bare = startBareProgram(bareUpstream.url);
    let conversationId: string | undefined;
    const wrong: unknown[] = [];
    const read: string[] = [];
    const recorded: RecordedAnswer[] = [];
    const all = cases([...wholeShapes(), ...brokenShapes()]);
    for (const { shape, delivery } of all) {
      for (const each of [upstream, bareUpstream]) each.script({ shape, delivery });
      const [readByProgram, heard] = await Promise.all([
        bare.ask('Hello', shape.end === 'held'),
        ask(house.agent, {
          prompt: 'Hello',
          workspace: house.workspace,
          ...(conversationId === undefined ? {} : { conversationId }),
        }),
      ]);
      const afterMs = Math.round(performance.now() - upstream.lastByteAtMs);
      conversationId = heard.one('started').conversationId;
      read.push(readByProgram);
      recorded.push({ name: `${shape.name}, ${nameOf(delivery)}`, events: heard.events });
      const isWhole = !shape.name.startsWith('broken off');
      const [result] = heard.all('result');
      const [error] = heard.all('error');
      const seen = {
        text: heard.text,
        calls: upstream.calls.length,
        end: result === undefined ? error?.code : 'result',
        isLate: afterMs > 2_500,
        outputTokens: result?.usage.outputTokens ?? null,
      };
      const wanted = {
        text: readByProgram,
        calls: 1,
        end: isWhole ? 'result' : 'stream_interrupted',
        isLate: false,
        outputTokens: isWhole ? outputTokensOf(shape) : null,
      };
      const isRight = JSON.stringify(seen) === JSON.stringify(wanted) && seen.text !== '';
      if (!isRight) wrong.push({ name: `${shape.name}, ${nameOf(delivery)}`, afterMs, seen, wanted });
    }
    expect(all.length).toBeGreaterThanOrEqual(200);
    expect(wrong).toEqual([]);
    const kept = await textsOf(house.agent, conversationId ?? '');
    expect(kept.length).toBe(all.length);
    expect(
      all.filter((_, at) => kept[at] !== read[at]).map(({ shape, delivery }) => [shape.name, delivery]),
    ).toEqual([]);
    const replay = await openReplay();
    const shown: string[] = [];
    for (const each of recorded) shown.push(await replay.shown(each));
    expect(
      recorded.flatMap(({ name }, at) =>
        isShown(shown[at], read[at]) ? [] : [name, shown[at]?.slice(0, 200), read[at]?.slice(0, 200)],
      ),
    ).toEqual([]);
    expect(replay.complaints).toEqual([]);
    await replay.close();
    // One receipt for each, also where it broke off: it was paid.
    expect(house.ledger.receipts({ limit: 100, before: null }).items).toHaveLength(100);
  }, 600_000);
});

/** Letter for letter; white space is laid out. Of a long text the window draws what is near: its beginning and its end. */
function isShown(shown = '', read = ''): boolean {
  const seen = shown.replaceAll(/\s+/g, '');
  const whole = read.replaceAll(/\s+/g, '');
  if (whole.length < longText) return seen !== '' && seen === whole;
  return whole.startsWith(seen.slice(0, 1000)) && whole.endsWith(seen.slice(-15)) && seen.length > 1000;
}

/** What the history keeps of each answer; what is missing of one is in it as the reason why. */
async function textsOf(agent: Agent, conversationId: string): Promise<readonly string[]> {
  const items: ConversationItem[] = [];
  for (let before: string | null = null; ; ) {
    const page: Conversation = await agent.conversation(conversationId, { limit: 200, before });
    items.unshift(...page.items);
    before = page.next;
    if (before === null) break;
  }
  const texts: string[] = [];
  for (const item of items) {
    if (item.type === 'user') texts.push('');
    else
      texts.push(
        `${texts.pop() ?? ''}${item.type === 'assistant_text' ? item.text : item.type === 'gap' ? item.reason : ''}`,
      );
  }
  return texts;
}

function outputTokensOf({ name }: AnswerShape): number {
  if (name === 'no message_delta') return 1;
  return name === 'a second message after its end' ? 50 : 25;
}
