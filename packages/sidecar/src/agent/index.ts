/** Runs a query; the only importer of the Agent SDK; child processes; permissions; conversations. */
export type { Agent, AgentDeps } from './agent.ts';
export {
  type AgentIsolation,
  agentIsolation,
  askUsage,
  ChildRegistry,
  chosenWorkspace,
  endLeftovers,
  isPlainPath,
  passedEnvironment,
  programPath,
} from './child/index.ts';
export { createAgent } from './create-agent.ts';
export { historySchema, historyVersion } from './history/index.ts';
export type { NumberedEvent } from './turn/index.ts';
export { createUsageRefresher, type UsageRefresher } from './usage-refresh.ts';
