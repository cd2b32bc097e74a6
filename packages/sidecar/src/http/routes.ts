import type { FailureLimiter } from '../door/index.ts';
import type { EventStreams } from './event-streams.ts';
import type { HttpApp } from './http-app.ts';
import type { HttpDeps } from './http-deps.ts';
import type { OpenApi } from './openapi.ts';
import { addCallbackRoute } from './routes/callback-route.ts';
import { addClaudeCodeRoutes } from './routes/claude-code-routes.ts';
import { addConversationRoutes } from './routes/conversation-routes.ts';
import { addDocumentRoutes } from './routes/document-routes.ts';
import { addEventRoutes } from './routes/event-routes.ts';
import { addFileRoutes } from './routes/file-routes.ts';
import { addLeaseRoutes } from './routes/lease-routes.ts';
import { addLedgerRoutes } from './routes/ledger-routes.ts';
import { addMcpRoutes } from './routes/mcp-routes.ts';
import { addQueryRoutes } from './routes/query-routes.ts';
import { addSandboxRoutes } from './routes/sandbox-routes.ts';
import { addSessionRoutes } from './routes/session-routes.ts';
import { addSettingsRoutes } from './routes/settings-routes.ts';
import { addSignInRoutes } from './routes/sign-in-routes.ts';
import { addWorkspaceRoutes } from './routes/workspace-routes.ts';

/** What the edge itself adds to its ports. */
export interface RouteDeps extends HttpDeps {
  readonly streams: EventStreams;
  readonly refusals: FailureLimiter;
  readonly baseUrl: () => string;
  readonly openApi: OpenApi;
  readonly queryBodyBytes: number;
}

/** Every route of docs/spec/contract.md#http-api. */
export function addRoutes(app: HttpApp, deps: RouteDeps): void {
  addSessionRoutes(app, deps);
  addCallbackRoute(app, deps);
  addSignInRoutes(app, deps);
  addClaudeCodeRoutes(app, deps);
  addSettingsRoutes(app, deps);
  addMcpRoutes(app, deps);
  addQueryRoutes(app, deps);
  addConversationRoutes(app, deps);
  addFileRoutes(app, deps);
  addWorkspaceRoutes(app, deps);
  addEventRoutes(app, deps);
  addLedgerRoutes(app, deps);
  addLeaseRoutes(app, deps);
  if (deps.mode === 'sandbox' && deps.sandboxUrl !== null) addSandboxRoutes(app, deps.sandboxUrl);
  addDocumentRoutes(app, deps);
}
