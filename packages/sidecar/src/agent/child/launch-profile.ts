import { join } from 'node:path';
import type { ConversationHome, DelegatedRun } from '../../credentials/index.ts';

/** How one program authenticates, and in which folder its conversation lives. */
export interface LaunchProfile {
  /** Null: in Postern's own folder. */
  readonly home: ConversationHome | null;
  /** The sign-in it holds itself; null: through the gateway, whichever credential that puts on. */
  readonly signIn: DelegatedRun | null;
}

/** Through the gateway, in Postern's own folder. */
export const gatewayProfile: LaunchProfile = { home: null, signIn: null };

/** Whether a program launched with one profile can serve the other. */
export function sameProfile(one: LaunchProfile, other: LaunchProfile): boolean {
  return (
    one.home?.id === other.home?.id &&
    one.signIn?.ref.id === other.signIn?.ref.id &&
    one.signIn?.email === other.signIn?.email
  );
}

/** Postern's own folder for conversations: the program's `CLAUDE_CONFIG_DIR` unless another program's sign-in has its own. */
export function ownConfigDir(dataDir: string): string {
  return join(dataDir, 'claude');
}
