import type {
  AuthStatus,
  CredentialView,
  ForwardedCallback,
  Settings,
  SettingsPatch,
  SignedOut,
  SignInStarted,
} from '@postern/contract';
import type { AuthorizationResponse, RedirectPage } from '../oauth/index.ts';

/** What the user does with their sign-in at the configured authorization server. */
export interface SignIns {
  /** @throws see OAuthClient.begin; InvalidRequestError `sign_in_in_progress`, `callback_port_busy`, `not_found` for what is no id of a sign-in */
  start(options: { readonly restart: boolean; readonly credentialId: string | null }): Promise<SignInStarted>;
  /** The browser's return; never throws: the page says the least, the status says the rest. */
  completeFromBrowser(
    response: AuthorizationResponse,
  ): Promise<{ readonly page: RedirectPage; readonly status: number }>;
  /** The same, forwarded or pasted. @throws InvalidRequestError and the errors of OAuthClient.judgeResponse and .exchange */
  completeForwarded(callback: ForwardedCallback): Promise<AuthStatus>;
  /** Ends the sign-in that waits for this credential, or with null whichever waits; gives how that credential stands. */
  cancel(credentialId: string | null): Promise<AuthStatus>;
  refresh(credentialId: string | null): Promise<AuthStatus>;
  signOut(credentialId: string | null): Promise<SignedOut>;
  status(credentialId: string | null): Promise<AuthStatus>;
}

/** The settings as the outside sees them: what the user chose, joined with what is known of the credentials. */
export interface Preferences {
  read(): Promise<Settings>;
  /**
   * `apiKey` goes into the store and is tried once. Nothing is changed where any part is invalid, or the store is locked.
   * @throws InvalidRequestError `invalid_setting`; StoreError
   */
  update(patch: SettingsPatch): Promise<Settings>;
}

export interface CredentialList {
  views(): Promise<readonly CredentialView[]>;
}
