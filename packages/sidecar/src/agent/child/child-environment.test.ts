import { describe, expect, it } from 'vitest';
import { Secret } from '../../secret/index.ts';
import { childEnvironment } from './child-environment.ts';

const auth = {
  authentication: {
    ANTHROPIC_BASE_URL: 'http://127.0.0.1:1',
    ANTHROPIC_AUTH_TOKEN: new Secret('of-this-child'),
  },
  isManaged: true,
};
const configDir = '/data/claude';

function environment(
  base: Record<string, string>,
  platform: NodeJS.Platform = 'linux',
): Record<string, string> {
  return childEnvironment({ base, auth, configDir, version: '1.2.3', platform, mark: 'mark' });
}

describe('the environment of the program', () => {
  it('holds exactly one way to authenticate, and says who we are', () => {
    expect(environment({})).toMatchObject({
      ANTHROPIC_BASE_URL: 'http://127.0.0.1:1',
      ANTHROPIC_AUTH_TOKEN: 'of-this-child',
      CLAUDE_CONFIG_DIR: '/data/claude',
      CLAUDE_AGENT_SDK_CLIENT_APP: 'postern/1.2.3',
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    });
  });

  it('names nothing at all for a login of the program’s own, whatever our own environment says', () => {
    const base = { ANTHROPIC_API_KEY: 'canary', CLAUDE_CONFIG_DIR: '/elsewhere', HOME: '/home/me' };
    const result = childEnvironment({
      base,
      auth: { authentication: {}, isManaged: false },
      configDir: null,
      version: '1.2.3',
      platform: 'linux',
      mark: 'mark',
    });

    expect(Object.keys(result).filter((name) => name.startsWith('ANTHROPIC_'))).toEqual([]);
    expect(result).not.toHaveProperty('CLAUDE_CONFIG_DIR');
    expect(result).not.toHaveProperty('CLAUDE_CODE_PROVIDER_MANAGED_BY_HOST');
    expect(environment({})).toHaveProperty('CLAUDE_CODE_PROVIDER_MANAGED_BY_HOST', '1');
  });

  it('lets no credential, hook or agent socket of ours through (F49, F52)', () => {
    const hostile = {
      ANTHROPIC_API_KEY: 'canary',
      ANTHROPIC_CUSTOM_HEADERS: 'canary',
      CLAUDE_CODE_OAUTH_TOKEN: 'canary',
      CLAUDE_CODE_USE_BEDROCK: 'canary',
      AWS_SECRET_ACCESS_KEY: 'canary',
      GITHUB_TOKEN: 'canary',
      POSTERN_PASSPHRASE: 'canary',
      POSTERN_CHILD: 'canary',
      NODE_OPTIONS: '--inspect=canary',
      NODE_TLS_REJECT_UNAUTHORIZED: 'canary',
      LD_PRELOAD: 'canary',
      BASH_ENV: 'canary',
      SSH_AUTH_SOCK: 'canary',
      DBUS_SESSION_BUS_ADDRESS: 'canary',
      XDG_RUNTIME_DIR: 'canary',
      HTTP_PROXY: 'http://canary',
      ALL_PROXY: 'http://canary',
      path: 'canary',
    };

    expect(JSON.stringify(environment(hostile))).not.toContain('canary');
  });

  it('keeps what a shell needs', () => {
    const base = {
      PATH: '/bin',
      HOME: '/home/me',
      LANG: 'C',
      LC_TIME: 'de_DE',
      TZ: 'UTC',
      NODE_EXTRA_CA_CERTS: '/ca',
    };

    expect(environment(base)).toMatchObject(base);
  });

  it('passes a proxy for https only, without a password, and never for loopback', () => {
    expect(environment({ HTTPS_PROXY: 'http://proxy:3128', NO_PROXY: 'intra' })).toMatchObject({
      HTTPS_PROXY: 'http://proxy:3128',
      NO_PROXY: 'intra,127.0.0.1,localhost,::1',
    });
    expect(environment({ https_proxy: 'http://me:pw@proxy:3128' })).not.toHaveProperty('HTTPS_PROXY');
    expect(environment({})['NO_PROXY']).toBe('127.0.0.1,localhost,::1');
  });

  it('leaves the program’s own scrubbing off on Linux, where it needs bubblewrap to start at all', () => {
    expect(environment({})).not.toHaveProperty('CLAUDE_CODE_SUBPROCESS_ENV_SCRUB');
    expect(environment({}, 'darwin')).toHaveProperty('CLAUDE_CODE_SUBPROCESS_ENV_SCRUB', '1');
  });

  it('knows the names of Windows in any letter case', () => {
    const base = { Path: 'C:\\bin', SystemRoot: 'C:\\Windows', GITHUB_TOKEN: 'canary' };
    const result = environment(base, 'win32');

    expect(result).toMatchObject({ Path: 'C:\\bin', SystemRoot: 'C:\\Windows' });
    expect(JSON.stringify(result)).not.toContain('canary');
  });
});
