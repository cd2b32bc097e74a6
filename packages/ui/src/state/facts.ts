import type { AuthStatus, CredentialView, Health, Settings, SettingsPatch } from '@postern/contract';
import type { Failure } from '../format/index.ts';
import { withChoice } from './optimistic-settings.ts';

/** What the sidecar said last, whole; null until it has. */
export interface Facts {
  readonly health: Health | null;
  /** With the choices that it has not answered: a choice shows at once, and is gone again where it was refused. */
  readonly settings: Settings | null;
  readonly status: AuthStatus | null;
  readonly credentials: readonly CredentialView[] | null;
  /** Why the last look did not give everything. */
  readonly failure: Failure | null;
  /** The settings without those choices. */
  readonly saved: Settings | null;
  readonly choices: readonly SettingsPatch[];
}

/** Newer answers of the routes; and what the user chose, until it is answered. */
export type FactsAction =
  | { readonly type: 'facts_loaded'; readonly facts: Partial<Omit<Facts, 'saved' | 'choices'>> }
  | { readonly type: 'choice_made'; readonly patch: SettingsPatch }
  | { readonly type: 'choice_answered'; readonly patch: SettingsPatch };

/** Before the first event. */
export const noFacts: Facts = {
  health: null,
  settings: null,
  status: null,
  credentials: null,
  failure: null,
  saved: null,
  choices: [],
};

/** The facts after an action. */
export function reduceFacts(facts: Facts, action: FactsAction): Facts {
  switch (action.type) {
    case 'facts_loaded': {
      const { settings: saved = facts.saved, ...others } = action.facts;
      return withChoices({ ...facts, ...others, saved });
    }
    case 'choice_made':
      return withChoices({ ...facts, choices: [...facts.choices, action.patch] });
    case 'choice_answered':
      return withChoices({ ...facts, choices: facts.choices.filter((each) => each !== action.patch) });
    default:
      return facts;
  }
}

function withChoices(facts: Facts): Facts {
  const { saved, choices } = facts;
  return { ...facts, settings: saved === null ? null : choices.reduce(withChoice, saved) };
}
