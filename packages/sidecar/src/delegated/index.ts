/** Sign-ins that other programs hold: Claude Code logins and Console profiles, observed and run, never read. */
export { claudeCodeHomes } from './claude-code-homes.ts';
export type { ConsoleProfile } from './console-profiles.ts';
export { createClaudeCodeAccounts } from './create-claude-code-accounts.ts';
export {
  createDelegatedSignIns,
  type DelegatedSignIn,
  type DelegatedSignIns,
} from './create-delegated-sign-ins.ts';
export { isOnPath } from './is-on-path.ts';
