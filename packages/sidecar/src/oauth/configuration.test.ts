import { describe, expect, it } from 'vitest';
import { configurationOf } from '../../test/support/oauth/fake-server.ts';
import { ConfigurationError } from '../errors/index.ts';
import { validateOAuthConfiguration } from './configuration.ts';
import type { OAuthConfiguration } from './oauth-client.ts';

function faultOf(more: Partial<OAuthConfiguration>): unknown {
  try {
    validateOAuthConfiguration(configurationOf('https://as.example', more));
    return null;
  } catch (error) {
    return error;
  }
}

describe('the configuration', () => {
  it.each<Partial<OAuthConfiguration>>([
    {},
    { issuer: 'http://127.0.0.1:9000' },
    { issuer: 'http://[::1]:9000/tenant' },
    { issuer: 'http://localhost:9000' },
    { issuer: null, authorizationEndpoint: 'https://claude.com/cai/oauth/authorize?code=true' },
    { clientId: null },
    { par: 'require' },
    { par: 'require', authorizationEndpoint: 'https://as.example/authorize' },
    { scopes: [] },
    { tokenHeaders: { 'anthropic-beta': 'oauth-2025-04-20' } },
    { redirectUri: 'http://localhost:{port}/callback' },
    { redirectUri: 'http://localhost:1455/callback' },
    { redirectUri: 'http://[::1]:{port}/callback' },
    { redirectUri: 'https://platform.claude.com/oauth/code/callback' },
    { redirectUri: 'com.example.postern:/callback' },
  ])('takes %j', (more) => {
    expect(faultOf(more)).toBeNull();
  });

  it.each<[string, Partial<OAuthConfiguration>]>([
    ['POSTERN_OAUTH_ISSUER', { issuer: 'http://as.example' }],
    ['POSTERN_OAUTH_ISSUER', { issuer: 'http://127.0.0.1.evil.example' }],
    ['POSTERN_OAUTH_ISSUER', { issuer: 'http://0.0.0.0:9000' }],
    ['POSTERN_OAUTH_ISSUER', { issuer: 'as.example' }],
    ['POSTERN_OAUTH_ISSUER', { issuer: '' }],
    ['POSTERN_OAUTH_ISSUER', { issuer: 'https://as.example/?a' }],
    ['POSTERN_OAUTH_ISSUER', { issuer: 'file:///etc/passwd' }],
    ['POSTERN_OAUTH_AUTHORIZATION_ENDPOINT', { authorizationEndpoint: 'javascript:alert(1)' }],
    ['POSTERN_OAUTH_TOKEN_ENDPOINT', { tokenEndpoint: 'https://user:word@as.example/token' }],
    ['POSTERN_OAUTH_REVOCATION_ENDPOINT', { revocationEndpoint: '--option' }],
    ['POSTERN_OAUTH_CLIENT_ID', { clientId: 'a b' }],
    ['POSTERN_OAUTH_CLIENT_ID', { clientId: '' }],
    ['POSTERN_OAUTH_SCOPES', { scopes: ['a"b'] }],
    ['POSTERN_OAUTH_SCOPES', { scopes: [''] }],
    ['POSTERN_OAUTH_TOKEN_HEADERS', { tokenHeaders: { Authorization: 'Basic x' } }],
    ['POSTERN_OAUTH_TOKEN_HEADERS', { tokenHeaders: { host: 'evil.example' } }],
    ['POSTERN_OAUTH_TOKEN_HEADERS', { tokenHeaders: { 'Content-Length': '1' } }],
    ['POSTERN_OAUTH_TOKEN_HEADERS', { tokenHeaders: { 'x y': '1' } }],
    ['POSTERN_OAUTH_TOKEN_HEADERS', { tokenHeaders: { x: 'a\r\nb: c' } }],
    [
      'POSTERN_OAUTH_PAR',
      {
        par: 'require',
        authorizationEndpoint: 'https://as.example/authorize',
        tokenEndpoint: 'https://as.example/token',
      },
    ],
    ['POSTERN_OAUTH_REDIRECT_URI', { redirectUri: 'http://as.example/callback' }],
    ['POSTERN_OAUTH_REDIRECT_URI', { redirectUri: 'http://localhost:{port}/callback?a=b' }],
    ['POSTERN_OAUTH_REDIRECT_URI', { redirectUri: 'http://localhost:{port}/callback#a' }],
    ['POSTERN_OAUTH_REDIRECT_URI', { redirectUri: 'http://user@localhost:{port}/callback' }],
    ['POSTERN_OAUTH_REDIRECT_URI', { redirectUri: 'javascript:alert(1)' }],
    ['POSTERN_OAUTH_REDIRECT_URI', { redirectUri: '/callback' }],
  ])('names %s in refusing %j, with exit code 78', (variable, more) => {
    const fault = faultOf(more);
    expect(fault).toBeInstanceOf(ConfigurationError);
    expect(fault).toMatchObject({ code: 'invalid_configuration', exitCode: 78 });
    expect(String((fault as Error).message)).toMatch(new RegExp(`^${variable} `));
  });
});
