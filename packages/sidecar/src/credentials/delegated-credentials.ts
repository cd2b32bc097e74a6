import type { CredentialRef } from '@postern/contract';
import type { Candidate } from './next-credential.ts';

/** A folder in which the unmodified program keeps settings, a login and conversations. */
export interface ConversationHome {
  /** The credential it belongs to. */
  readonly id: string;
  /** Absolute. */
  readonly configDir: string;
  /** Value of `CLAUDE_CONFIG_DIR`; null for the program's own default, which it must find itself: only then does it find its login. */
  readonly variable: string | null;
  /** Absolute paths that the agent's tools must stay away from: the login is in there. */
  readonly keepAway: readonly string[];
}

/** How the unmodified program is run with a sign-in that it holds itself. */
export interface DelegatedRun {
  readonly ref: CredentialRef;
  /** Variables that name the sign-in; never a secret, and none for the login of a folder. */
  readonly variables: Readonly<Record<string, string>>;
  /** Where its conversations begin; null: in Postern's own folder, with those of the gateway. */
  readonly home: ConversationHome | null;
  /** As in `ConversationHome`, for a sign-in that lies elsewhere. */
  readonly keepAway: readonly string[];
  /** Whose it was when it was chosen; null where that is not known. */
  readonly email: string | null;
}

/** What a run with such a sign-in has shown; typed signals of the Agent SDK, never message text. */
export type DelegatedOutcome =
  /** With the line of the model that was asked for, where that is known. */
  | { readonly type: 'accepted'; readonly model: string | null }
  /** The service, or the program itself, refused it. */
  | { readonly type: 'refused' }
  /** Its plan is used up for one line of models, or as a whole, until then (Unix ms) where it is said. */
  | { readonly type: 'limit_reached'; readonly model: string | null; readonly resetsAtMs: number | null }
  | {
      readonly type: 'window_seen';
      readonly window: string;
      /** 0 to 1, where it is said. */
      readonly utilization: number | null;
      readonly resetsAtMs: number | null;
      /** Null where it is not said: it is then as it was, until the reset. */
      readonly status: string | null;
    }
  | { readonly type: 'login_ends'; readonly atMs: number };

/** Sign-ins that other programs hold, as needed to run queries. */
export interface DelegatedCredentials {
  /** Brings what is known up to date as far as that is quick; the very first look is waited for. */
  refresh(): Promise<void>;
  /** As they stand as a whole, or for a model. */
  candidates(model?: string | null): readonly Candidate[];
  /** Null where there is none of that id. */
  runOf(credentialId: string): DelegatedRun | null;
  /** The folder of a credential that has one of its own. */
  homeOf(credentialId: string): ConversationHome | null;
  /** Never throws: what cannot be kept still holds for the query that noted it. */
  note(credentialId: string, outcome: DelegatedOutcome): void;
}
