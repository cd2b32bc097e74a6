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
      label: 'Refreshing',
      tone: 'note',
      sentence: 'Postern is renewing the access.',
      expiresAt,
      failure: null,
    };
  switch (status.state) {
    case 'signed_out':
      return {
        ...nothing,
        canConnect: true,
        label: linked ? 'Not linked' : 'Not connected',
        tone: 'note',
        sentence: linked ? 'No organization is linked, so none is billed.' : 'You are not signed in.',
        expiresAt: null,
        failure: lastFailure,
      };
    case 'pending':
      return {
        ...nothing,
        canConnect: true,
        canCancel: true,
        label: 'Not connected',
        tone: 'note',
        sentence: 'A sign-in is waiting for you in the browser.',
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
              label: 'Refresh failing',
              tone: 'warn' as const,
              sentence: 'The access still works until it ends. Postern retries the renewal automatically.',
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
              label: 'Refresh failing',
              tone: 'bad' as const,
              sentence: 'The server refuses this installation. Your sign-in is kept.',
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
        label: 'Needs you',
        tone: 'bad',
        sentence: linked
          ? 'Nothing is billed to your organization until you link it again.'
          : 'Your plan is not used until you connect again.',
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
    label: 'Needs you',
    tone: 'bad',
    sentence: 'The access has ended, and the server refuses to renew it. Connect again to go on.',
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
        ? 'The login comes to its fixed end. Connect again to go on.'
        : 'It cannot be renewed. Connect again to go on.',
      expiresAt,
      failure: null,
    };
  if (!status.connected)
    return {
      label: 'Signed in, not tried yet',
      tone: 'note',
      sentence: 'The next question shows whether the service accepts it.',
      expiresAt,
      failure: null,
    };
  return {
    label: 'Connected',
    tone: 'good',
    sentence: connectedSentence(status),
    expiresAt,
    failure: null,
  };
}

function connectedSentence({ supplied, refreshable, billing }: AuthStatus): string {
  const pays = billing === 'linked_organization' ? ' Each request is billed to the linked organization.' : '';
  if (supplied) return `Your operator supplies the access and renews it.${pays}`;
  return `${refreshable ? 'Postern renews the access automatically.' : 'The access cannot be renewed.'}${pays}`;
}
