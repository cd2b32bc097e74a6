import type { Finding } from '@postern/contract';
import { Failure } from '../errors/index.ts';
import type { DoctorDeps } from './doctor-deps.ts';
import { notice, ok, problem } from './finding.ts';

type Deps = Pick<DoctorDeps, 'oauth' | 'oauthConfiguration' | 'sidecarPort' | 'signIns' | 'supplied'>;

/** What is known of the configured authorization server and where from, and what went wrong with it last. */
export async function signInServerFindings(deps: Deps): Promise<Finding[]> {
  if (deps.supplied)
    return [
      ok(
        'token_source',
        'Access tokens come from a program or a file of the operator; Postern signs in nowhere.',
      ),
      ...(await lastErrorFindings(deps)),
    ];
  if (!deps.oauth.configured)
    return [
      notice(
        'oauth_not_configured',
        'No sign-in server is configured: Postern ships without a client id.',
        deps.oauth.missing ??
          'Set POSTERN_OAUTH_ISSUER and POSTERN_OAUTH_CLIENT_ID where you have a registration of your own.',
      ),
    ];
  const redirect = ok(
    'redirect_uri',
    redirectSentence(deps.oauthConfiguration.redirectUri, deps.sidecarPort()),
  );
  return [await metadataFinding(deps), redirect, ...(await lastErrorFindings(deps))];
}

async function metadataFinding({ oauth, oauthConfiguration }: Deps): Promise<Finding> {
  const issuer = oauth.issuer ?? '';
  try {
    const {
      bindsTokens,
      issuer: compared,
      readFrom,
      revocationEndpoint,
      tokenEndpoint,
    } = await oauth.describe();
    const revocation = revocationEndpoint === null ? ' It has no way to revoke a sign-in.' : '';
    const binding = bindsTokens ? ' Its tokens are bound to a key that stays here (DPoP).' : '';
    if (readFrom !== null)
      return ok(
        'issuer_metadata',
        `The sign-in server ${issuer} publishes valid metadata at ${readFrom}; its other endpoints were not asked.${revocation}${binding}`,
      );
    const comparison =
      compared === null
        ? 'No issuer is set to compare its answers with (POSTERN_OAUTH_ISSUER).'
        : `Its answers must be from ${compared}.`;
    return notice(
      'issuer_not_asked',
      `The endpoints of the sign-in server are set by hand (token endpoint ${tokenEndpoint}); nothing was asked of it. ${comparison}${revocation}${binding}`,
      'Sign in once to see whether they are right.',
    );
  } catch (error) {
    const code = error instanceof Failure ? error.code : 'internal_error';
    const detail = error instanceof Failure ? error.detail : 'It could not be asked.';
    const next =
      code === 'server_unsupported'
        ? 'Ask the operator of that server for a client that does not need it.'
        : oauthConfiguration.issuer === null
          ? 'Check the endpoints.'
          : 'Check POSTERN_OAUTH_ISSUER.';
    return problem(code, `The sign-in server ${issuer}: ${detail}`, next);
  }
}

async function lastErrorFindings({ signIns }: Deps): Promise<Finding[]> {
  try {
    const { lastError } = await signIns.status(null);
    if (lastError === null) return [];
    const { title, detail, at, nextStep } = lastError;
    const more = detail === undefined ? '' : ` ${detail}`;
    return [notice('sign_in_last_error', `Last error, at ${at}: ${title}.${more}`, nextStep)];
  } catch {
    // A store that cannot be read is a finding of its own.
    return [];
  }
}

/** Without a sidecar the port of a variable redirect URI is known at the sign-in only. */
function redirectSentence(redirectUri: string, port: number): string {
  if (port > 0 || !redirectUri.includes('{port}'))
    return `The sign-in answer comes to ${redirectUri.replace('{port}', String(port))}.`;
  return `The sign-in answer comes to ${redirectUri.replace(':{port}', '')}, at a port that is free when you sign in.`;
}
