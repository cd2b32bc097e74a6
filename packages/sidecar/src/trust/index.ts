/** What in a folder would shape an agent, and whether the user trusts exactly that. */
export type { LoadedCommand, LoadedSubagent } from './loadable.ts';
export {
  createWorkspaceTrust,
  type LoadedWorkspace,
  nothingLoaded,
  type WorkspaceTrust,
} from './workspace-trust.ts';
