import { describe, expect, it } from 'vitest';
import { sendStream } from '../../../test/support/gateway/fake-upstream.ts';
import { openHouse, post } from '../../../test/support/gateway/harness.ts';

const body = JSON.stringify({ model: 'claude-opus-4-8', max_tokens: 100, stream: true, messages: [] });

describe('a lease', () => {
  it('says in its receipts which program, session and sub-agent it was', async () => {
    const house = await openHouse({ respond: (_seen, response) => sendStream(response), signedIn: false });
    const { leases } = house.gateway;
    const { leaseId, secret } = await leases.open({ label: 'claude' });
    const by = (agent: object) => ({ headers: { 'x-claude-code-session-id': 's-1', ...agent } });
    const explorer = { 'x-claude-code-agent-id': 'a1', 'x-claude-code-agent-type': 'Explore' };
    for (const options of [
      by({}),
      by(explorer),
      by(explorer),
      by({ 'x-claude-code-agent-id': 'a2' }),
      by({ 'x-claude-code-agent-id': 'not a name' }),
      {},
    ])
      expect((await post(house.gateway.url, secret, { body, ...options })).status).toBe(200);
    leases.end(leaseId);
    const [rest, session] = house.ledger.receipts({ limit: 10, before: null }).items;
    expect(rest?.lease).toEqual({ leaseId, label: 'claude', session: null });
    expect(rest).not.toHaveProperty('subagents');
    expect(session?.lease).toEqual({ leaseId, label: 'claude', session: 's-1' });
    const each = (session?.costUsd ?? 0) / 5;
    expect(session?.subagents).toEqual([
      { agentId: 'a1', agentType: 'Explore', calls: 2, costUsd: expect.closeTo(2 * each, 8) },
      { agentId: 'a2', agentType: null, calls: 1, costUsd: expect.closeTo(each, 8) },
    ]);
  });
});
