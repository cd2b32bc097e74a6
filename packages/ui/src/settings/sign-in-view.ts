import type { AuthStatus } from '@postern/contract';
import type { Tone } from '../controls/index.ts';
import { assertNever, type Failure, failureOf, failureOfCode } from '../format/index.ts';

/** The sign-in's status as the section in Settings shows it. */
export interface SignInView {
  readonly label: string;
  readonly tone: Tone;
  readonly sentence: string;
  /** The instant the countdown runs to, or null. */
  readonly expiresAt: string | null;
  readonly failure: Failure | null;
  readonly canConnect: boolean;
  readonly canRefresh: boolean;
  readonly canDisconnect: boolean;
  readonly canCancel: boolean;
}

const nothing = { canConnect: false, canRefresh: false, canDisconnect: false, canCancel: false };

/** Every state of the stored sign-in (docs/spec/contract.md#status) in words. A new one does not compile until it has some. */
export function signInView(status: AuthStatus, refreshing: boolean): SignInView {
  const signedIn = { ...nothing, canRefresh: status.refreshable, canDisconnect: !status.supplied };
  const linked = status.billing === 'linked_organization';
  const lastFailure = status.lastError === null ? null : failureOf(status.lastError);
  const expiresAt = status.expiresAt;
  if (refreshing)
    return {
      ...signedIn,
      canRefresh: true,
      label: 'Renewing',
      tone: 'note',
      sentence: 'Postern is renewing the sign-in.',
      expiresAt,
      failure: null,
    };
  switch (status.state) {
    case 'signed_out':
      return {
        ...nothing,
        canConnect: true,
        label: linked ? 'Not linked' : 'Not signed in',
        tone: 'note',
        sentence: linked ? 'No organization is linked.' : 'You are not signed in.',
        expiresAt: null,
        failure: lastFailure,
      };
    case 'pending':
      return {
        ...nothing,
        canConnect: true,
        canCancel: true,
        label: 'Not signed in',
        tone: 'note',
        sentence: 'A sign-in is open in your browser.',
        expiresAt: status.pendingSignIn?.expiresAt ?? null,
        failure: null,
      };
    case 'signed_in':
      return {
        ...signedIn,
        ...signedInWords(status),
        canConnect: status.expiresSoon,
        canCancel: status.pendingSignIn !== null,
      };
    case 'refresh_failing':
      return {
        ...signedIn,
        ...(status.connectAgain
          ? refusedForGood(status)
          : {
              label: 'Renewal failing',
              tone: 'warn' as const,
              sentence: 'Your sign-in works until it expires. Postern keeps trying to renew it.',
            }),
        expiresAt,
        failure: lastFailure ?? failureOfCode('refresh_unavailable'),
      };
    case 'misconfigured':
      return {
        ...signedIn,
        ...(status.connectAgain
          ? refusedForGood(status)
          : {
              label: 'Renewal failing',
              tone: 'bad' as const,
              sentence: 'The server rejects this installation. Your sign-in is kept.',
            }),
        expiresAt,
        failure: lastFailure ?? failureOfCode('misconfigured'),
      };
    case 'reauthorization_required':
      return {
        ...nothing,
        canConnect: true,
        canDisconnect: true,
        canCancel: status.pendingSignIn !== null,
        label: 'Action needed',
        tone: 'bad',
        sentence: linked ? 'Link your organization again to use it.' : 'Sign in again to use your plan.',
        expiresAt: null,
        failure: lastFailure ?? failureOfCode('reauthorization_required'),
      };
    default:
      return assertNever(status.state);
  }
}

/** The access has ended and the server itself refuses to renew it: patience does not help, a new sign-in does. */
function refusedForGood(
  status: AuthStatus,
): Pick<SignInView, 'label' | 'tone' | 'sentence' | 'canConnect' | 'canCancel'> {
  return {
    label: 'Action needed',
    tone: 'bad',
    sentence: 'Your sign-in has expired and the server won’t renew it. Sign in again.',
    canConnect: true,
    canCancel: status.pendingSignIn !== null,
  };
}

function signedInWords(
  status: AuthStatus,
): Pick<SignInView, 'label' | 'tone' | 'sentence' | 'expiresAt' | 'failure'> {
  const { expiresAt } = status;
  if (status.expiresSoon)
    return {
      label: 'Expires soon',
      tone: 'warn',
      sentence: status.refreshable
        ? 'This sign-in expires soon. Sign in again.'
        : 'This sign-in can’t be renewed. Sign in again before it expires.',
      expiresAt,
      failure: null,
    };
  if (!status.connected)
    return {
      label: 'Signed in, not tried yet',
      tone: 'note',
      sentence: 'Your next question will try it.',
      expiresAt,
      failure: null,
    };
  return {
    label: 'Signed in',
    tone: 'good',
    sentence: connectedSentence(status),
    expiresAt,
    failure: null,
  };
}

function connectedSentence({ supplied, refreshable, billing }: AuthStatus): string {
  const pays = billing === 'linked_organization' ? ' Each request is billed to the linked organization.' : '';
  if (supplied) return `Your operator provides and renews this sign-in.${pays}`;
  return `${refreshable ? 'Postern renews it automatically.' : 'It can’t be renewed.'}${pays}`;
}
