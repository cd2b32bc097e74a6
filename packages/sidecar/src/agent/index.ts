/** Runs a query; the only importer of the Agent SDK; child processes; permissions; conversations. */
export type { Agent, AgentDeps } from './agent.ts';
export {
  type AgentIsolation,
  agentIsolation,
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
