/** What in a folder would shape an agent, and whether the person trusts exactly that. */
export {
  createWorkspaceTrust,
  type LoadedWorkspace,
  nothingLoaded,
  type WorkspaceTrust,
} from './workspace-trust.ts';
