import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ask } from '../../test/support/agent/agent-harness.ts';
import { openDelegatedHouse } from '../../test/support/agent/delegated-harness.ts';
import { writeProfile } from '../../test/support/agent/profile-files.ts';
import { recorded } from '../../test/support/agent/recorded-children.ts';
import {
  plainAnswer,
  type ScriptedAnswer,
  startShapeUpstream,
} from '../../test/support/gateway/shape-upstream.ts';
import { toolCallAnswer } from '../../test/support/gateway/tool-call-answer.ts';

/** A house whose only sign-in is a Console profile: its program calls the upstream past the gateway. */
async function openHouse(capUsdPerDay: number) {
  const upstream = await startShapeUpstream();
  const house = await openDelegatedHouse();
  writeProfile(house.consoleConfigDir, {
    ...{ name: 'work', baseUrl: upstream.url, clientId: 'client', accessToken: 'not-a-secret' },
    ...{ refreshToken: null, expiresAt: Math.floor(Date.now() / 1000) + 3600 },
  });
  house.settings.update({ fallback: { capUsdPerDay } });
  const path = join(house.workspace, 'notes.txt');
  writeFileSync(path, 'Buy milk.');
  const agent = await house.restart({ delegatedEnvironment: {} });
  /** A call that costs a little more than 20 cents. */
  const reads = (): ScriptedAnswer => dear(toolCallAnswer('Read', { file_path: path }));
  return { ...house, agent, upstream, reads };
}

function dear({ shape }: ScriptedAnswer): ScriptedAnswer {
  const body = shape.body.toString().replace('"output_tokens":25', '"output_tokens":10000');
  return { shape: { ...shape, body: Buffer.from(body) } };
}

describe('a turn with a Console profile', () => {
  it('is stopped inside it where what is left under the cap is spent, and the next one is asked about', async () => {
    const { agent, workspace, upstream, reads, ledger } = await openHouse(0.5);
    upstream.script(reads(), reads(), reads(), reads());

    const heard = await ask(agent, { prompt: 'Go', workspace, model: 'claude-opus-5-5' });

    expect(heard.one('error')).toMatchObject({
      code: 'spend_cap_reached',
      detail:
        'The cap for today is $0.50. $0.50 of it was left, and this turn has spent $0.61. It was stopped before its next call.',
    });
    // The third call goes past the cap, and what it asks for is not done.
    expect(upstream.calls).toHaveLength(3);
    expect(heard.all('tool_result')).toHaveLength(2);
    expect(ledger.spentTodayUsd()).toBeCloseTo(0.6, 2);
    expect(ledger.reservedTodayUsd()).toBe(0);
    const [receipt] = ledger.receipts({ limit: 1, before: null }).items;
    expect(receipt).toMatchObject({ outcome: 'failed', costUsd: ledger.spentTodayUsd() });

    const { conversationId } = heard.one('started');
    for (const [decision, end] of [
      ['deny', 'spend_cap_reached'],
      ['allow', undefined],
    ] as const) {
      upstream.script(plainAnswer('All read.'));
      const next = await ask(agent, { prompt: 'Go on', conversationId }, async (event) => {
        if (event.event === 'fallback_request') await agent.approve(event.data.requestId, decision, false);
      });
      expect(next.all('error')[0]?.code).toBe(end);
      expect(upstream.calls).toHaveLength(decision === 'allow' ? 1 : 0);
    }
  });

  it('that goes past the cap with its last answer has answered', async () => {
    const { agent, workspace, upstream, ledger } = await openHouse(0.1);
    upstream.script(dear(plainAnswer('All of it.')));
    const heard = await ask(agent, { prompt: 'Go', workspace, model: 'claude-opus-5-5' });
    expect(heard.text).toBe('All of it.');
    expect(heard.all('error')).toEqual([]);
    expect(heard.one('result')).toMatchObject({ stopReason: 'end_turn' });
    expect(heard.one('result').costUsd).toBe(ledger.spentTodayUsd());
    expect(ledger.spentTodayUsd()).toBeCloseTo(0.2, 2);
    expect(ledger.reservedTodayUsd()).toBe(0);
  });

  it('takes what is left while it runs, and gives it back: the next one of its conversation runs in the same program', async () => {
    const { agent, workspace, upstream, reads, ledger, dataDir } = await openHouse(5);
    const pids = (): readonly number[] => recorded(dataDir).map(({ pid }) => pid);
    upstream.script(reads(), plainAnswer('Read.'), plainAnswer('Again.'));
    const taken: number[] = [];
    const note = (): void => void taken.push(Math.round(100 * ledger.reservedTodayUsd()));
    const model = 'claude-opus-5-5';
    const first = await ask(agent, { prompt: 'Go', workspace, model }, note);
    const { conversationId } = first.one('started');
    const before = pids();
    const second = await ask(agent, { prompt: 'Again', conversationId, model }, note);
    expect([first.text, second.text]).toEqual(['Read.', 'Again.']);
    expect([...new Set(taken)]).toEqual([0, 500, 480]);
    expect(ledger.reservedTodayUsd()).toBe(0);
    expect(before).toHaveLength(1);
    expect(pids()).toEqual(before);
  });

  it('that is stopped before a call of it is answered counts what that may cost, beside what it has spent', async () => {
    const { agent, workspace, upstream, reads, ledger } = await openHouse(5);
    const { shape } = plainAnswer('');
    upstream.script(reads(), { shape: { ...shape, body: Buffer.alloc(0), end: 'held' } });
    const heard = await ask(
      agent,
      { prompt: 'Go', workspace, model: 'claude-opus-5-5' },
      async (event, queryId) => {
        if (event.event !== 'tool_result') return;
        await expect.poll(() => upstream.calls.length).toBe(2);
        await agent.cancel(queryId);
      },
    );
    const [receipt] = ledger.receipts({ limit: 1, before: null }).items;
    expect(receipt).toMatchObject({ outcome: 'cancelled', costUsd: ledger.spentTodayUsd() });
    expect(heard.events.at(-1)).toMatchObject({ data: { code: 'query_cancelled', receipt } });
    expect(ledger.spentTodayUsd()).toBeCloseTo(0.2, 2);
    // Twice the tokens of the call before, as a prompt that is written to the cache.
    expect(receipt?.notReportedUsd).toBeCloseTo(0.1, 1);
    expect(ledger.reservedTodayUsd()).toBe(receipt?.notReportedUsd);
  });

  it('whose program is killed counts what was seen of its calls, and what that leaves open', async () => {
    const { agent, workspace, upstream, reads, ledger, dataDir } = await openHouse(5);
    const { shape } = dear(plainAnswer('A long story. '.repeat(40)));
    const half = shape.body.subarray(0, shape.body.indexOf('event: content_block_stop'));
    upstream.script(reads(), { shape: { ...shape, body: half, end: 'held' } });
    let text = '';
    const heard = await ask(agent, { prompt: 'Go', workspace, model: 'claude-opus-5-5' }, (event) => {
      if (event.event !== 'assistant_text') return;
      text += event.data.text;
      // Its first words may come alone.
      if (text.length > 500) for (const { pid } of recorded(dataDir)) process.kill(pid, 'SIGKILL');
    });
    expect(heard.one('error')).toMatchObject({ code: 'agent_failed' });
    const [receipt] = ledger.receipts({ limit: 1, before: null }).items;
    expect(receipt?.costUsd).toBeCloseTo(0.2, 2);
    expect(receipt?.notReportedUsd).toBeGreaterThan(0.001);
    expect(ledger.reservedTodayUsd()).toBe(receipt?.notReportedUsd);
  });
});
