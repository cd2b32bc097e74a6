import type { CredentialView } from '@postern/contract';
import type { Candidate, DelegatedCredentials } from '../credentials/index.ts';
import type { DelegatedSignIn, DelegatedSignIns } from '../delegated/index.ts';
import { claudeCodeView, consoleSignIn, noProfileView, profileView } from './delegated-views.ts';

/** Sign-ins that other programs hold, as the user sees them. */
export interface DelegatedViews {
  /** Looks at them again. One Console profile is listed even where there is none. */
  views(): Promise<readonly CredentialView[]>;
}

export function createDelegatedViews(deps: {
  readonly delegated: Pick<DelegatedSignIns, 'accounts' | 'profiles'>;
  readonly credentials: Pick<DelegatedCredentials, 'candidates'>;
  /** Whether the Console's own program is installed: only then its command is of use. */
  readonly hasAnt: () => Promise<boolean>;
  readonly sandbox: boolean;
}): DelegatedViews {
  const { sandbox } = deps;
  return {
    async views() {
      const [accounts, profiles, hasAnt] = await Promise.all([
        deps.delegated.accounts(),
        deps.delegated.profiles(),
        deps.hasAnt(),
      ]);
      const candidates = deps.credentials.candidates();
      const candidateOf = ({ id }: DelegatedSignIn): Candidate | undefined =>
        candidates.find(({ ref }) => ref.id === id);
      const views: CredentialView[] = [];
      for (const { signIn, status } of accounts) {
        const candidate = candidateOf(signIn);
        if (candidate !== undefined) views.push(claudeCodeView(candidate, status, sandbox));
      }
      for (const { signIn, profile } of profiles) {
        const candidate = candidateOf(signIn);
        if (candidate === undefined) continue;
        views.push(profileView(profile, candidate, consoleSignIn(hasAnt, profile.name), sandbox));
      }
      if (profiles.length === 0) views.push(noProfileView(consoleSignIn(hasAnt, null), sandbox));
      return views;
    },
  };
}
