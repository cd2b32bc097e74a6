import type { McpSignIn, McpSignInStarted } from '@postern/contract';
import type { Secret } from '../secret/index.ts';
import type { RemoteServer } from './server-definition.ts';

/** A token for requests to one server. */
export interface ServerToken {
  readonly token: Secret;
  /** Names the token where the server refused it. */
  readonly version: number;
}

/** The access to one server that a sign-in gave. */
export interface ServerAccess {
  /**
   * The token for a request, renewed where it is due; null: there is no sign-in, or it has ended.
   * @param refused the token that the server refused: one that is newer, where there is one or a renewal brings it
   * @throws Failure where it cannot be renewed or read just now
   */
  token(refused?: ServerToken): Promise<ServerToken | null>;
  /** The server wants more than was granted: the next sign-in asks for it. Source: MCP 2025-11-25, Authorization, "Scope Challenge Handling". */
  noteScopes(scopes: readonly string[]): void;
}

/**
 * Sign-ins at MCP servers. Each is bound to a server’s place, name and address: the address being another ends it, and a folder’s are
 * of that folder.
 */
export interface ServerSignIns {
  /** @param folder real path of the folder whose server it is; null: it is the user's own */
  access(server: RemoteServer, folder: string | null): ServerAccess;
  /** @throws StoreError */
  standing(server: RemoteServer, folder: string | null): Promise<McpSignIn>;
  /** Whether the server is known to offer a sign-in: it said so when one was begun, or there is one. */
  offers(server: RemoteServer, folder: string | null): boolean;
  /**
   * Begins a sign-in, in place of one that waits. Opens nothing.
   * @throws OAuthResponseError `metadata_rejected`, `server_unsupported`; TransientError `metadata_unavailable`; InvalidRequestError
   * `callback_port_busy`; StoreError
   */
  start(server: RemoteServer, folder: string | null): Promise<McpSignInStarted>;
  /** Removes the tokens, and revokes them where the server takes that. Idempotent. @throws StoreError */
  end(server: RemoteServer, folder: string | null): Promise<void>;
  /** Ends the sign-ins of the user's own servers that are not among these. @throws StoreError */
  keepOnly(own: readonly RemoteServer[]): Promise<void>;
  close(): Promise<void>;
}
