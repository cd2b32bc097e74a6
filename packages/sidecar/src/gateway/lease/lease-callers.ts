import type { IncomingHttpHeaders } from 'node:http';
import type { Receipt } from '@postern/contract';
import { nanoDollars, usdOf } from '../../ledger/index.ts';
import type { PaidCall } from '../../selection/index.ts';

/** Who in a program with a lease makes a call, as far as it says so. */
export interface LeaseCaller {
  readonly session: string | null;
  readonly subagent: { readonly agentId: string; readonly agentType: string | null } | null;
}

/** What the sub-agents of one session have paid. */
export interface Subagents {
  paid(caller: LeaseCaller, call: PaidCall): void;
  ofReceipt(): Pick<Receipt, 'subagents'>;
}

type Standing = NonNullable<LeaseCaller['subagent']> & { calls: number; nano: number };

/** Further ones are in the sums of their session only. */
const mostSubagents = 100;

/**
 * What the Claude Code program says of itself with each call; another program says nothing. Its main agent sends no id of an agent.
 * Measured with @anthropic-ai/claude-agent-sdk 0.3.332. Pure.
 */
export function callerOf(headers: IncomingHttpHeaders): LeaseCaller {
  const agentId = named(headers['x-claude-code-agent-id']);
  return {
    session: named(headers['x-claude-code-session-id']),
    subagent: agentId === null ? null : { agentId, agentType: named(headers['x-claude-code-agent-type']) },
  };
}

/** None yet. */
export function createSubagents(): Subagents {
  const byId = new Map<string, Standing>();
  return {
    paid({ subagent }, { costUsd, notReportedUsd }) {
      if (subagent === null || (!byId.has(subagent.agentId) && byId.size >= mostSubagents)) return;
      const standing = byId.get(subagent.agentId) ?? { ...subagent, calls: 0, nano: 0 };
      standing.calls += 1;
      standing.nano += nanoDollars((costUsd ?? 0) + notReportedUsd);
      byId.set(subagent.agentId, standing);
    },
    ofReceipt() {
      const subagents = [...byId.values()].map(({ agentId, agentType, calls, nano }) => ({
        ...{ agentId, agentType, calls },
        costUsd: usdOf(nano),
      }));
      return subagents.length === 0 ? {} : { subagents };
    },
  };
}

/** A name that is safe to show; null where it is none. */
function named(value: string | string[] | undefined): string | null {
  return typeof value === 'string' && /^[A-Za-z0-9_:@.%-]{1,128}$/.test(value) ? value : null;
}
