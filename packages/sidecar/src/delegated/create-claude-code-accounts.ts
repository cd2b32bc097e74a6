import type { ClaudeCodeStatus } from '@postern/contract';
import { firstIdOf } from '../credentials/index.ts';
import { InvalidRequestError } from '../errors/index.ts';
import type { ClaudeCodeHomes } from './claude-code-homes.ts';
import {
  type ClaudeCodeAccount,
  type ClaudeCodeAccountDeps,
  createClaudeCodeAccount,
} from './create-claude-code-account.ts';

/** Every account of the unmodified program, each in a settings folder of its own. Without an id, the user's own is meant. */
export interface ClaudeCodeAccounts {
  /** Makes the folder of an account that is new. @throws InvalidRequestError `credential_not_found` for what is no id, and as ClaudeCodeAccount */
  login(pasted: string | null, credentialId?: string | null): Promise<ClaudeCodeStatus>;
  /** @throws InvalidRequestError `credential_not_found` */
  cancel(credentialId?: string | null): Promise<ClaudeCodeStatus>;
  /** @throws InvalidRequestError `credential_not_found`, and as ClaudeCodeAccount */
  logout(credentialId?: string | null): Promise<ClaudeCodeStatus>;
  /** @throws InvalidRequestError `credential_not_found` */
  status(credentialId?: string | null): Promise<ClaudeCodeStatus>;
  /** The user's own first. */
  all(): readonly ClaudeCodeAccount[];
  /** Ends what runs, and waits until it has left. */
  close(): Promise<void>;
}

export function createClaudeCodeAccounts(
  deps: ClaudeCodeAccountDeps & { readonly homes: ClaudeCodeHomes },
): ClaudeCodeAccounts {
  const accounts = new Map<string, ClaudeCodeAccount>();

  function accountOf(id: string): ClaudeCodeAccount {
    const known = accounts.get(id);
    if (known !== undefined) return known;
    const home = deps.homes.homeOf(id);
    if (home === null) throw new InvalidRequestError('credential_not_found');
    const account = createClaudeCodeAccount(deps, home);
    accounts.set(id, account);
    return account;
  }

  function existing(credentialId: string | null | undefined): ClaudeCodeAccount {
    const id = credentialId ?? firstIdOf('claude_code');
    if (!accounts.has(id) && !deps.homes.ids().includes(id))
      throw new InvalidRequestError('credential_not_found');
    return accountOf(id);
  }

  return {
    login: async (pasted, credentialId) =>
      await accountOf(credentialId ?? firstIdOf('claude_code')).login(pasted),
    cancel: async (credentialId) => await existing(credentialId).cancel(),
    logout: async (credentialId) => await existing(credentialId).logout(),
    status: async (credentialId) => await existing(credentialId).status(),
    all: () => deps.homes.ids().map(accountOf),
    async close() {
      await Promise.all([...accounts.values()].map((account) => account.close()));
    },
  };
}
