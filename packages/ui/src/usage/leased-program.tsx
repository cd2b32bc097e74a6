import { dollars, type Receipt } from '@postern/contract';
import { VisibleText } from '../controls/index.ts';

interface LeasedProgramProps {
  readonly lease: NonNullable<Receipt['lease']>;
  readonly subagents: NonNullable<Receipt['subagents']>;
}

/** Further ones are in one sum: a row must stay a row. */
const mostNamed = 3;

/** It has no conversation here to go to: its name, its own session, and what each of its sub-agents cost. */
export function LeasedProgram({ lease, subagents }: LeasedProgramProps) {
  return (
    <>
      <span className="receipt-reason small soft">
        <VisibleText text={lease.label} />
        {lease.session === null ? null : (
          <span title={lease.session}>{`, session ${lease.session.slice(0, 8)}`}</span>
        )}
      </span>
      {subagents.length === 0 ? null : (
        <span className="receipt-reason small soft">{subagentsInWords(subagents)}</span>
      )}
    </>
  );
}

/** By what they are, the dearest first. */
function subagentsInWords(subagents: LeasedProgramProps['subagents']): string {
  const groups = [...Map.groupBy(subagents, ({ agentType }) => agentType ?? 'not named')]
    .map(([name, own]) => ({ name, count: own.length, costUsd: sumOf(own) }))
    .toSorted((one, other) => other.costUsd - one.costUsd);
  const named = groups
    .slice(0, mostNamed)
    .map(({ name, count, costUsd }) => `${name}${count === 1 ? '' : ` × ${count}`} (${dollars(costUsd)})`);
  const others = groups.slice(mostNamed);
  if (others.length > 0) named.push(`${others.length} more (${dollars(sumOf(others))})`);
  return `${subagents.length === 1 ? 'Sub-agent' : 'Sub-agents'}: ${named.join(', ')}`;
}

function sumOf(costs: readonly { readonly costUsd: number }[]): number {
  return costs.reduce((sum, { costUsd }) => sum + costUsd, 0);
}
