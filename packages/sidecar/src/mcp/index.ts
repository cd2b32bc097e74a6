/** MCP servers: what may be started, out of a folder’s `.mcp.json` and out of the user’s settings. */
export { type FolderServerRules, namedFiles, readFolderServer } from './folder-server.ts';
export { createOwnServers, type OwnServers } from './own-servers.ts';
export {
  editorServers,
  type PinnedFile,
  type ServerDefinition,
  type ServerValue,
  targetOf,
} from './server-definition.ts';
