import { describe, expect, it } from 'vitest';
import { Secret } from '../secret/index.ts';
import type { ResolvedCredential } from '../selection/index.ts';
import { upstreamHeaders } from './forwarded-headers.ts';

const key = new Secret('sk-ant-api03-forwarded-headers-0001');
const byKey: ResolvedCredential = {
  kind: 'api_key',
  id: 'api_key:default',
  fingerprint: key.fingerprint(),
  key,
};
const byToken: ResolvedCredential = {
  ...{ kind: 'oauth', id: 'oauth:default', version: 1, fingerprint: key.fingerprint() },
  accessToken: new Secret('token-of-forwarded-headers'),
};

function betas(credential: ResolvedCredential, header: string | undefined): string | undefined {
  return upstreamHeaders(header === undefined ? {} : { 'anthropic-beta': header }, credential)[
    'anthropic-beta'
  ];
}

describe('anthropic-beta goes upstream byte for byte', () => {
  it.each(['b-1, a-2 ,c-3', 'a-2,,b-1', 'a-2,a-2'])('with a key: “%s”', (header) => {
    expect(betas(byKey, header)).toBe(header);
  });

  it.each([
    ['b-1, a-2 ,c-3', 'b-1, a-2 ,c-3,oauth-2025-04-20'],
    ['a-2, oauth-2025-04-20, b-1', 'a-2, oauth-2025-04-20, b-1'],
    ['', 'oauth-2025-04-20'],
    [undefined, 'oauth-2025-04-20'],
  ])('with a token, to which its own belongs: “%s”', (header, sent) => {
    expect(betas(byToken, header)).toBe(sent);
  });

  it.each([
    ['a-2, oauth-2025-04-20, b-1 ', 'a-2, b-1'],
    ['oauth-2025-04-20', undefined],
    [undefined, undefined],
  ])('with a key, without that of a token: “%s”', (header, sent) => {
    expect(betas(byKey, header)).toBe(sent);
  });
});
