import type { CanUseTool } from '@anthropic-ai/claude-agent-sdk';
import type { AgentChild } from '../child/index.ts';
import { type Questions, toolPermission } from '../permission/index.ts';
import type { QueryPlan, QueryRunDeps } from './query-plan.ts';

/** What the tools of one turn may do, in the program that runs it. */
export function turnPermission(
  { workspace, prompt, mode }: QueryPlan,
  { home, mayRead, previewer, settings, log }: QueryRunDeps,
  child: AgentChild,
  questions: Questions,
): CanUseTool {
  return toolPermission({
    ...{ workspace, home, mode, previewer, settings, questions },
    attached: prompt.attached,
    mayRead: (path) => mayRead(path, child.spec.profile),
    onNotRemembered: (cause) => log('warn', `not remembered: ${String(cause)}`),
  });
}
