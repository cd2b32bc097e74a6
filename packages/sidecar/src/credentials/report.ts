import type {
  CredentialKind,
  CredentialRef,
  ErrorCode,
  LeaseQuestion,
  SignInState,
  UsageNotice,
} from '@postern/contract';

/** Events for the other modules. Never a secret: the timeline and every open screen print it. */
export type ReportedFact =
  | { readonly type: 'sign_in_started' }
  | { readonly type: 'sign_in_completed'; readonly state: SignInState }
  | {
      readonly type: 'sign_in_failed';
      readonly state: SignInState;
      readonly code: ErrorCode;
      /** What the server said, where it said something. */
      readonly detail: string | null;
    }
  | { readonly type: 'sign_in_cancelled'; readonly state: SignInState }
  | { readonly type: 'signed_out' }
  | {
      readonly type: 'credential_changed';
      readonly kind: CredentialKind;
      readonly status: string;
      readonly reason: string | null;
    }
  | { readonly type: 'settings_changed'; readonly keys: readonly string[] }
  | { readonly type: 'settings_unreadable'; readonly members: readonly string[] }
  | {
      readonly type: 'fallback';
      readonly from: CredentialRef;
      readonly to: CredentialRef;
      readonly reason: string;
    }
  | {
      readonly type: 'conversation_changed';
      readonly conversationId: string;
      readonly queryId: string;
      readonly running: boolean;
      readonly prompt: string;
    }
  | {
      readonly type: 'usage_limits_changed';
      /** A new status, a window that was not seen before, or one that was reset since. */
      readonly change: 'status' | 'seen' | 'reset';
      readonly window: string;
      readonly resetsAt: string | null;
      readonly status: string;
    }
  | ({ readonly type: 'usage_notice' } & UsageNotice)
  | { readonly type: 'lease_question'; readonly question: LeaseQuestion }
  | {
      readonly type: 'lease_question_closed';
      readonly requestId: string;
      readonly leaseId: string;
      readonly allowed: boolean;
    };

/** The one port through which facts travel; joined in compose.ts to the timeline and to `GET /events`. */
export type Report = (fact: ReportedFact) => void;
