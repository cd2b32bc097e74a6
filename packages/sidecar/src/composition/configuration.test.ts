import { describe, expect, it } from 'vitest';
import { ConfigurationError } from '../errors/index.ts';
import { type Environment, readConfiguration, type StartOptions } from './configuration.ts';

const options: StartOptions = {
  mode: 'live',
  port: null,
  dataDir: '/somewhere',
  store: null,
  open: false,
  json: true,
};

function refusal(environment: Environment, more: Partial<StartOptions> = {}): string {
  try {
    readConfiguration({ ...options, ...more }, environment);
    return 'accepted';
  } catch (error) {
    return error instanceof ConfigurationError ? `${error.code} ${error.exitCode}` : 'another error';
  }
}

describe('the configuration', () => {
  it('is what the contract says where nothing is given', () => {
    expect(readConfiguration(options, {})).toMatchObject({
      port: { number: 8765, given: false },
      store: null,
      apiBaseUrl: null,
      claudeProgram: null,
      oauth: {
        issuer: null,
        clientId: null,
        scopes: ['user:inference', 'user:profile'],
        redirectUri: 'http://127.0.0.1:{port}/auth/anthropic/callback',
        tokenBody: 'form',
        tokenHeaders: {},
      },
    });
  });

  it('takes an operator’s own token for the real services only', () => {
    const own = { POSTERN_OAUTH_TOKEN_FILE: '/x', POSTERN_BILLING_USER_PROFILE_ID: 'uprof_1' };
    expect(readConfiguration({ ...options, mode: 'live' }, own)).toMatchObject({
      tokenSource: expect.anything(),
      billingUserProfileId: 'uprof_1',
    });
    expect(readConfiguration({ ...options, mode: 'sandbox' }, own)).toMatchObject({
      tokenSource: null,
      billingUserProfileId: null,
    });
  });

  it('knows the documented service by its profile, and lets every endpoint be another', () => {
    const profile = { POSTERN_OAUTH_PROFILE: 'claude_platform' };
    expect(readConfiguration(options, profile).oauth).toMatchObject({
      issuer: null,
      authorizationEndpoint: 'https://auth.claude.com/oauth/authorize',
      parEndpoint: 'https://auth.claude.com/v1/oauth/par',
      tokenEndpoint: 'https://auth.claude.com/v1/oauth/token',
      revocationEndpoint: 'https://auth.claude.com/v1/oauth/revoke',
      clientId: null,
      clientAssertion: null,
      scopes: ['billing:attribution', 'offline_access'],
      par: 'require',
    });
    const own = {
      ...profile,
      POSTERN_OAUTH_TOKEN_ENDPOINT: 'http://127.0.0.1:5000/token',
      POSTERN_OAUTH_PAR: 'off',
      POSTERN_OAUTH_SCOPES: 'billing:attribution',
      POSTERN_OAUTH_CLIENT_ASSERTION_COMMAND: '["helper","--quiet"]',
    };
    expect(readConfiguration(options, own).oauth).toMatchObject({
      tokenEndpoint: 'http://127.0.0.1:5000/token',
      par: 'off',
      scopes: ['billing:attribution'],
      clientAssertion: { kind: 'command', command: ['helper', '--quiet'] },
    });
    const sandbox = readConfiguration({ ...options, mode: 'sandbox' }, profile).oauth;
    expect(sandbox).toMatchObject({ profile: null, authorizationEndpoint: null, parEndpoint: null });
  });

  it('lets an option win over its variable', () => {
    const environment = { POSTERN_PORT: '1234', POSTERN_STORE: 'memory' };
    expect(readConfiguration(options, environment)).toMatchObject({
      port: { number: 1234, given: true },
      store: 'memory',
    });
    expect(readConfiguration({ ...options, port: 0, store: 'passphrase_file' }, environment)).toMatchObject({
      port: { number: 0, given: true },
      store: 'passphrase_file',
    });
  });

  it('never prints the passphrase', () => {
    const configuration = readConfiguration(options, { POSTERN_PASSPHRASE: 'canary-passphrase' });
    expect(JSON.stringify({ ...configuration, environment: null })).not.toContain('canary-passphrase');
    expect(configuration.passphrase?.reveal()).toBe('canary-passphrase');
  });

  it.each([
    [{ POSTERN_PORT: 'abc' }],
    [{ POSTERN_PORT: '65536' }],
    [{ POSTERN_STORE: 'plaintext' }],
    [{ POSTERN_API_BASE_URL: 'http://api.example.com' }],
    [{ POSTERN_API_BASE_URL: 'https://user:pass@api.example.com' }],
    [{ POSTERN_API_BASE_URL: 'not an address' }],
    [{ POSTERN_API_BASE_URL: 'ftp://127.0.0.1:5000' }],
    [{ POSTERN_API_BASE_URL: 'http://127.0.0.1:5000/?region=eu' }],
    [{ POSTERN_API_BASE_URL: 'https://api.example.com/#v1' }],
    [{ POSTERN_OAUTH_ISSUER: 'http://as.example.com' }],
    [{ POSTERN_OAUTH_TOKEN_BODY: 'xml' }],
    [{ POSTERN_OAUTH_ASSUME_S256: 'yes' }],
    [{ POSTERN_OAUTH_PROMPT: 'login' }],
    [{ POSTERN_OAUTH_RESOURCE: 'api' }],
    [{ POSTERN_OAUTH_PROFILE: 'claude' }],
    [{ POSTERN_OAUTH_PAR: 'yes' }],
    [{ POSTERN_OAUTH_DPOP: 'yes' }],
    [{ POSTERN_OAUTH_PAR_ENDPOINT: 'http://as.example.com/par' }],
    [{ POSTERN_OAUTH_PAR_PARAMETERS: '{"client_id":"x"}' }],
    [{ POSTERN_OAUTH_PAR_PARAMETERS: '{"user_profile_id":1}' }],
    [{ POSTERN_OAUTH_CLIENT_ASSERTION_COMMAND: '/usr/bin/helper' }],
    [{ POSTERN_OAUTH_CLIENT_ASSERTION_COMMAND: '[]' }],
    [{ POSTERN_OAUTH_CLIENT_ASSERTION_COMMAND: '["helper", 1]' }],
    [{ POSTERN_OAUTH_CLIENT_ASSERTION_COMMAND: '["helper"]', POSTERN_OAUTH_CLIENT_ASSERTION_FILE: '/x' }],
    [{ POSTERN_OAUTH_TOKEN_COMMAND: '["helper"]', POSTERN_OAUTH_TOKEN_FILE: '/x' }],
    [{ POSTERN_OAUTH_TOKEN_FILE: 'token' }],
    [{ POSTERN_OAUTH_TOKEN_FILE: './token' }],
    [{ POSTERN_OAUTH_TOKEN_FILE: '~/token' }],
    [{ POSTERN_OAUTH_TOKEN_COMMAND: '["./helper"]' }],
    [{ POSTERN_OAUTH_CLIENT_ASSERTION_FILE: 'keys/assertion' }],
    [{ POSTERN_OAUTH_CLIENT_ASSERTION_COMMAND: '["bin/helper", "--quiet"]' }],
    [{ POSTERN_BILLING_USER_PROFILE_ID: 'uprof_1' }],
    [{ POSTERN_BILLING_USER_PROFILE_ID: 'me', POSTERN_OAUTH_TOKEN_FILE: '/x' }],
    [{ POSTERN_OAUTH_RESOURCE: 'https://api.example.com/#x' }],
    [{ POSTERN_OAUTH_TOKEN_HEADERS: '[]' }],
    [{ POSTERN_OAUTH_TOKEN_HEADERS: '{"x":1}' }],
    [{ POSTERN_OAUTH_TOKEN_HEADERS: 'not json' }],
    [{ POSTERN_OAUTH_TOKEN_HEADERS: '{"authorization":"Bearer x"}' }],
  ] satisfies [Environment][])('refuses %o', (environment) => {
    expect(refusal(environment)).toBe('invalid_configuration 78');
  });

  it('takes a program by its bare name, which PATH finds, and says how to name one elsewhere', () => {
    expect(refusal({ POSTERN_OAUTH_TOKEN_COMMAND: '["helper"]' })).toBe('accepted');
    expect(() => readConfiguration(options, { POSTERN_OAUTH_TOKEN_COMMAND: '["./helper"]' })).toThrow(
      /^POSTERN_OAUTH_TOKEN_COMMAND is a relative path.+Give the whole path/,
    );
  });

  it.each([
    [{ NODE_TLS_REJECT_UNAUTHORIZED: '0' }],
    [{ NODE_OPTIONS: '--inspect=0.0.0.0:9229' }],
    [{ NODE_OPTIONS: '--max-old-space-size=100 --require ./x.cjs' }],
    [{ NODE_OPTIONS: '-r ./x.cjs' }],
    [{ NODE_OPTIONS: '--import ./x.mjs' }],
  ] satisfies [Environment][])('F52 stops for %o', (environment) => {
    expect(refusal(environment)).toBe('unsafe_environment 78');
  });

  it('F52 leaves harmless options of Node alone', () => {
    expect(refusal({ NODE_OPTIONS: '--max-old-space-size=4096', NODE_TLS_REJECT_UNAUTHORIZED: '1' })).toBe(
      'accepted',
    );
  });

  it('keeps the sandbox’s promise: nothing real is configured there, only other stand-ins on loopback', () => {
    const real = {
      POSTERN_API_BASE_URL: 'https://api.example.com',
      POSTERN_OAUTH_ISSUER: 'https://as.example.com',
      POSTERN_OAUTH_CLIENT_ID: 'mine',
    };
    expect(readConfiguration({ ...options, mode: 'sandbox' }, real)).toMatchObject({
      apiBaseUrl: null,
      oauth: { issuer: null, clientId: null },
    });
    const local = {
      POSTERN_API_BASE_URL: 'http://127.0.0.1:5000/',
      POSTERN_OAUTH_ISSUER: 'http://127.0.0.1:5001',
      POSTERN_OAUTH_CLIENT_ID: 'other',
    };
    expect(readConfiguration({ ...options, mode: 'sandbox' }, local)).toMatchObject({
      apiBaseUrl: 'http://127.0.0.1:5000',
      oauth: { issuer: 'http://127.0.0.1:5001', clientId: 'other' },
    });
  });
});
