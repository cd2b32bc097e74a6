/** Runs a query; the only importer of the Agent SDK; child processes; permissions; conversations. */
export type { Agent, NumberedEvent } from './agent.ts';
export { type AgentIsolation, agentIsolation } from './agent-isolation.ts';
export { passedEnvironment } from './child-environment.ts';
export { ChildrenFile, endLeftovers } from './children-file.ts';
export { type AgentDeps, createAgent } from './create-agent.ts';
export { isPlainPath } from './deny-rules.ts';
export { programPath } from './program-path.ts';
