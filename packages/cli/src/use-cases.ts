import type { AnthropicAuthClient, PosternClient } from '@postern/client';

/** What commands do, whether a sidecar does it for them or this process does it alone. A running sidecar's client fits. */
export interface UseCases
  extends Pick<
    PosternClient,
    | 'settings'
    | 'updateSettings'
    | 'credentials'
    | 'usage'
    | 'refreshUsage'
    | 'receipts'
    | 'timeline'
    | 'diagnostics'
    | 'workspace'
    | 'trustWorkspace'
    | 'conversation'
    | 'answer'
    | 'approve'
    | 'runQuery'
    | 'claudeCode'
  > {
  readonly auth: Pick<
    AnthropicAuthClient,
    'start' | 'status' | 'waitUntilSignedIn' | 'completePasted' | 'cancel' | 'refresh' | 'signOut'
  >;
}
