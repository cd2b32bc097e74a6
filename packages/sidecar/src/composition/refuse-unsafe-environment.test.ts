import { describe, expect, it } from 'vitest';
import { ConfigurationError } from '../errors/index.ts';
import { refuseUnsafeEnvironment } from './refuse-unsafe-environment.ts';

function refusal(environment: Readonly<Record<string, string>>): string | null {
  try {
    refuseUnsafeEnvironment(environment);
    return null;
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    expect(`${error.code} ${error.exitCode}`).toBe('unsafe_environment 78');
    return error.detail;
  }
}

describe('an unsafe environment', () => {
  it.each([
    '--inspect',
    '--inspect=0.0.0.0:9229',
    '--inspect-brk',
    '--inspect_port=1',
    '-r ./canary.cjs',
    '-r=./canary.cjs',
    '--require ./canary.cjs',
    '--require=./canary.cjs',
    '--import ./canary.mjs',
    '--import="data:text/javascript,canary"',
    '"--import=./canary.mjs"',
    '--loader ./canary.mjs',
    '--experimental-loader=./canary.mjs',
    '--experimental_loader=./canary.mjs',
    '--env-file=.env',
    '--experimental-default-config-file',
    '--conditions=canary',
    '-C canary',
    '--heapsnapshot-signal=SIGUSR2',
    '--heapsnapshot-near-heap-limit=2',
    '--heap-prof',
    '--report-on-fatalerror',
    '--report-uncaught-exception',
    '--tls-keylog=canary',
    '--trace-tls',
    '--tls-min-v1.0',
    '--tls-cipher-list=canary',
    '--insecure-http-parser',
    '--openssl-config=canary',
    '--abort-on-uncaught-exception',
    '--security-revert=canary',
    '--max-old-space-size=100 --inspect',
    '\t--no-warnings\n--inspect ',
  ])('F52 NODE_OPTIONS=%s is refused, and no value of it is repeated', (options) => {
    const detail = refusal({ NODE_OPTIONS: options });
    expect(detail).toMatch(/^NODE_OPTIONS holds -/);
    expect(detail).not.toContain('canary');
  });

  it('F52 is one that switches off the check of certificates, prints what Node sends, or runs compiled code from elsewhere', () => {
    expect(refusal({ NODE_TLS_REJECT_UNAUTHORIZED: '0' })).toMatch(/^NODE_TLS_REJECT_UNAUTHORIZED=0/);
    expect(refusal({ NODE_DEBUG: 'http' })).toMatch(/^NODE_DEBUG/);
    expect(refusal({ NODE_COMPILE_CACHE: '/tmp/canary' })).toMatch(/^NODE_COMPILE_CACHE[^/]+$/);
  });
});

describe('an ordinary environment', () => {
  it.each([
    {},
    { NODE_OPTIONS: '' },
    { NODE_OPTIONS: '--max-old-space-size=4096 --no-warnings --dns-result-order=ipv4first' },
    { NODE_OPTIONS: '--max_old_space_size=4096' },
    { NODE_OPTIONS: '--title "a name" --use-system-ca' },
    { NODE_TLS_REJECT_UNAUTHORIZED: '1', NODE_DEBUG: '', NODE_EXTRA_CA_CERTS: '/company.pem' },
    { HTTPS_PROXY: 'http://proxy.example:3128', NODE_USE_ENV_PROXY: '1' },
  ])('%j is taken', (environment) => {
    expect(refusal(environment as Record<string, string>)).toBeNull();
  });
});
