/** MCP servers: what may be started, out of a folder’s `.mcp.json` and out of the user’s settings. */
export { type BearerChallenge, readChallenge } from './bearer-challenge.ts';
export { type FolderServerRules, namedFiles, readFolderServer } from './folder-server.ts';
export { createOwnServers, type OwnServers } from './own-servers.ts';
export type { ServerAccess, ServerSignIns, ServerToken } from './server-access.ts';
export {
  editorServers,
  type PinnedFile,
  type RemoteServer,
  type ServerDefinition,
  type ServerValue,
  takesSignIn,
  targetOf,
} from './server-definition.ts';
