import type { AuthStatus, CredentialView, StoreHealth } from '@postern/contract';
import { describe, expect, it } from 'vitest';
import { OAuthResponseError, StoreError } from '../errors/index.ts';
import { noOAuthServer, type ServerMetadata } from '../oauth/index.ts';
import { createDoctor } from './create-doctor.ts';
import type { DoctorDeps } from './doctor-deps.ts';

const now = Date.parse('2026-11-24T12:00:00Z');
const active: CredentialView = {
  id: 'oauth:default',
  kind: 'oauth',
  label: 'person@example.com',
  payer: 'Your sign-in’s plan',
  status: 'active',
  expiresAt: null,
  cooldownUntil: null,
  reason: null,
  nextStep: null,
};
const healthy: StoreHealth = { kind: 'os_keychain', persisted: true, healthy: true, detail: 'Sealed.' };

const metadata: ServerMetadata = {
  issuer: 'https://as.example.com',
  authorizationEndpoint: 'https://as.example.com/authorize',
  tokenEndpoint: 'https://as.example.com/token',
  revocationEndpoint: null,
  registrationEndpoint: null,
  parEndpoint: null,
  requiresPushedRequests: false,
  bindsTokens: false,
  userInfoEndpoint: null,
  promisesIssuer: false,
  prompts: null,
  readFrom: 'https://as.example.com/.well-known/openid-configuration',
};
const configuration: DoctorDeps['oauthConfiguration'] = {
  ...noOAuthServer,
  issuer: 'https://as.example.com',
  clientId: 'client',
};

function ownWorkspace(parent: string | null): DoctorDeps['agent'] {
  return { ownWorkspace: async () => ({ parent, unusable: ['/home/me/.cache cannot be used (EROFS)'] }) };
}

function doctor(more: Partial<DoctorDeps> = {}) {
  return createDoctor({
    version: '0.1.0',
    mode: 'live',
    apiBaseUrl: 'https://api.example.com',
    oauthConfiguration: configuration,
    supplied: false,
    program: '/somewhere/claude',
    environment: {},
    store: { health: () => healthy, losses: [], warning: null },
    settings: { unreadable: () => [] },
    oauth: {
      configured: true,
      issuer: 'https://as.example.com',
      describe: async () => metadata,
    },
    credentials: { views: async () => [active] },
    signIns: { status: async () => ({ lastError: null }) as AuthStatus },
    gateway: { tryCredential: async () => ({ outcome: 'accepted', code: null }) },
    agent: { ownWorkspace: async () => ({ parent: '/cache/postern/workspaces', unusable: [] }) },
    isolation: async () => ({ mode: 'sandboxed', reason: 'bubblewrap' }),
    reach: async () => ({ isService: true, date: new Date(now).toUTCString() }),
    clock: () => now,
    sidecarPort: () => 8765,
    ...more,
  });
}

const doctorOAuth = { configured: true, issuer: 'https://as.example.com' };
const codesOf = async (run: ReturnType<typeof doctor>, tryCredentials = false): Promise<string[]> =>
  (await run({ tryCredentials })).findings
    .filter((each) => each.level === 'problem')
    .map((each) => each.code);

it.each([
  [8765, 'http://127.0.0.1:{port}/callback', 'The sign-in answer comes to http://127.0.0.1:8765/callback.'],
  [0, 'http://localhost:9000/back', 'The sign-in answer comes to http://localhost:9000/back.'],
  [
    0,
    'http://127.0.0.1:{port}/callback',
    'The sign-in answer comes to http://127.0.0.1/callback, at a port that is free when you sign in.',
  ],
])('says where the sign-in answer comes to, at port %d', async (port, redirectUri, sentence) => {
  const { findings } = await doctor({
    oauthConfiguration: { ...configuration, redirectUri },
    sidecarPort: () => port,
  })({ tryCredentials: false });
  expect(findings.find(({ code }) => code === 'redirect_uri')?.text).toBe(sentence);
});

const refused = (code: string) => async () => {
  throw new Error('fetch failed', { cause: Object.assign(new Error('no'), { code }) });
};

describe('the doctor', () => {
  it('finds nothing wrong where nothing is', async () => {
    expect(await codesOf(doctor(), true)).toEqual([]);
  });

  it.each([
    ['clock_skew', { reach: async () => ({ isService: true, date: new Date(now - 120_000).toUTCString() }) }],
    [
      'not_the_service',
      { reach: async () => ({ isService: false, date: new Date(now - 120_000).toUTCString() }) },
    ],
    ['tls_untrusted', { reach: refused('SELF_SIGNED_CERT_IN_CHAIN') }],
    ['tls_untrusted', { reach: refused('UNABLE_TO_VERIFY_LEAF_SIGNATURE') }],
    ['name_not_found', { reach: refused('ENOTFOUND') }],
    ['unreachable', { reach: refused('ECONNREFUSED') }],
    ['agent_program_missing', { program: null }],
    ['workspace_unavailable', { agent: ownWorkspace(null) }],
    ['storage_lost', { store: { health: () => healthy, losses: ['The log is gone.'], warning: null } }],
    [
      'store_os_keychain',
      { store: { health: () => ({ ...healthy, healthy: false }), losses: [], warning: null } },
    ],
    ['settings_unreadable', { settings: { unreadable: () => ['fallback.onUsageLimit'] } }],
    ['no_credential', { credentials: { views: async () => [] } }],
    [
      'credential_store_locked',
      { credentials: { views: () => Promise.reject(new StoreError('credential_store_locked')) } },
    ],
    [
      'credential_store_unavailable',
      { credentials: { views: () => Promise.reject(new StoreError('credential_store_unavailable')) } },
    ],
    [
      'metadata_rejected',
      {
        oauth: {
          configured: true,
          issuer: 'https://as.example.com',
          describe: () => Promise.reject(new OAuthResponseError('metadata_rejected', null)),
        },
      },
    ],
    [
      'credential_oauth',
      { credentials: { views: async () => [{ ...active, status: 'reauthorization_required' as const }] } },
    ],
  ] satisfies [string, Partial<DoctorDeps>][])('says %s', async (code, more) => {
    expect(await codesOf(doctor(more))).toContain(code);
  });

  it('names a file system that may be shared', async () => {
    const store = { health: () => healthy, losses: [], warning: 'It is on NFS.' };
    const { findings } = await doctor({ store })({ tryCredentials: false });
    expect(findings.find(({ code }) => code === 'data_dir_shared')).toMatchObject({
      level: 'notice',
      text: 'It is on NFS.',
    });
  });

  it('says what it looked at: the metadata it read, or nothing where the endpoints are set by hand', async () => {
    const texts = async (more: Partial<ServerMetadata>): Promise<string> => {
      const oauth = { ...doctorOAuth, describe: async () => ({ ...metadata, ...more }) };
      return JSON.stringify((await doctor({ oauth })({ tryCredentials: false })).findings);
    };
    expect(await texts({})).toContain('at https://as.example.com/.well-known/openid-configuration');
    const byHand = await texts({ readFrom: null, issuer: null });
    expect(byHand).toContain('nothing was asked of it. No issuer is set');
    expect(byHand).not.toContain('describes itself well');
    expect(byHand).not.toContain('bound to a key');
    expect(await texts({ bindsTokens: true })).toContain('bound to a key that stays here');
  });

  it('repeats what failed last, with the server’s own words', async () => {
    const lastError = {
      code: 'authorization_failed',
      title: 'The sign-in server ended the sign-in with an error',
      at: '2026-11-24T11:00:00.000Z',
      nextStep: 'Sign in again.',
      detail: 'The sign-in server said invalid_target.',
    };
    const signIns = { status: async () => ({ lastError }) as AuthStatus };
    const { findings } = await doctor({ signIns })({ tryCredentials: false });
    expect(findings.find(({ code }) => code === 'sign_in_last_error')).toMatchObject({
      level: 'notice',
      text: expect.stringContaining('The sign-in server said invalid_target.'),
      nextStep: 'Sign in again.',
    });
  });

  it('notices that conversations work in the temporary directory', async () => {
    const agent = ownWorkspace('/tmp/postern-1/workspaces');
    const { findings } = await doctor({ agent })({ tryCredentials: false });
    expect(findings.find(({ code }) => code === 'workspace_temporary')).toMatchObject({
      level: 'notice',
      text: expect.stringContaining('because /home/me/.cache cannot be used (EROFS).'),
    });
  });

  it('calls a sign-in whose token was rejected no problem: it is renewed with the next request', async () => {
    const views = async () => [{ ...active, status: 'rejected' as const }];
    const problems = await codesOf(doctor({ credentials: { views } }));
    expect(problems).not.toContain('credential_oauth');
    expect(problems).not.toContain('no_credential');
    const key = { ...active, kind: 'api_key' as const, status: 'rejected' as const };
    expect(await codesOf(doctor({ credentials: { views: async () => [key] } }))).toEqual(
      expect.arrayContaining(['credential_api_key', 'no_credential']),
    );
  });

  it('tries credentials only when asked, and says what the service answered', async () => {
    const gateway = {
      tryCredential: async () => ({ outcome: 'refused', code: 'insufficient_scope' }) as const,
    };
    expect(await codesOf(doctor({ gateway }))).not.toContain('tried_oauth');
    expect(await codesOf(doctor({ gateway }), true)).toContain('tried_oauth');
  });

  it('names variables of other programs, never their values', async () => {
    const environment = {
      ANTHROPIC_API_KEY: 'sk-ant-api03-canary-canary-canary',
      HTTPS_PROXY: 'http://me:canary@proxy',
    };
    const report = JSON.stringify(await doctor({ environment })({ tryCredentials: false }));
    expect(report).toContain('ANTHROPIC_API_KEY');
    expect(report).toContain('HTTPS_PROXY');
    expect(report).not.toContain('canary');
  });

  it('gives every problem a next step', async () => {
    const { findings } = await doctor({ program: null, reach: refused('ENOTFOUND') })({
      tryCredentials: false,
    });
    expect(findings.filter((each) => each.level === 'problem' && each.nextStep === null)).toEqual([]);
  });
});
