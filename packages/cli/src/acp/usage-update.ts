import type { SessionUpdate } from '@agentclientprotocol/sdk';
import type { CredentialRef } from '@postern/contract';
import type { PlanWindow } from './plan-windows.ts';
import type { Result } from './turn-end.ts';

type UsageUpdate = Extract<SessionUpdate, { sessionUpdate: 'usage_update' }>;

/**
 * How full the model's context is after a turn, and what the session has cost; null where the context is not known, which the protocol
 * demands. Source: `UsageUpdate` of ACP v1, @agentclientprotocol/sdk 2.4.0. Pure.
 * @param sessionUsd of every turn of the session at list prices; null: turns before it was opened here are not counted, and no sum is given
 */
export function usageUpdate(
  { context, costUsd, usage }: Result,
  sessionUsd: number | null,
  payer: CredentialRef | null,
  windows: readonly PlanWindow[],
): UsageUpdate | null {
  if (context === undefined) return null;
  return {
    sessionUpdate: 'usage_update',
    used: context.usedTokens,
    size: context.windowTokens,
    ...(sessionUsd === null ? {} : { cost: { amount: sessionUsd, currency: 'USD' } }),
    _meta: { postern: { turn: { costUsd, usage }, payer, windows } },
  };
}
