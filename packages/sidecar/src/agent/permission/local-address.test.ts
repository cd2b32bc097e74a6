import { expect, it } from 'vitest';
import { isLocalAddress } from './local-address.ts';

it.each([
  'http://127.0.0.1/',
  'http://127.1/',
  'http://127.255.255.254/',
  'http://2130706433/',
  'http://0x7f.1/',
  'http://0177.0.0.1/',
  'http://0.0.0.0/',
  'http://0/',
  'http://[::1]/',
  'http://[0:0:0:0:0:0:0:1]/',
  'http://[::]/',
  'http://[::ffff:127.0.0.1]/',
  'http://[::ffff:7f00:1]/',
  'http://[::ffff:169.254.169.254]/',
  'http://[64:ff9b::7f00:1]/',
  'http://169.254.169.254/latest/meta-data/',
  'http://[fe80::1]/',
  'http://[febf::1]/',
  'http://localhost/',
  'http://LOCALHOST./',
  'http://app.localhost/',
  'http://localhost.localdomain/',
  'http://ip6-loopback/',
])('%s is this machine or its network link', (url) => {
  expect(isLocalAddress(new URL(url).hostname)).toBe(true);
});

it.each([
  'https://example.com/',
  'https://localhost.example.com/',
  'https://notlocalhost/',
  'https://1.1.1.1/',
  'https://128.0.0.1/',
  'https://192.168.1.1/',
  'https://[2001:db8::1]/',
  'https://[64:ff9b::101:101]/',
  'https://127.0.0.1.example.com/',
])('%s is not', (url) => {
  expect(isLocalAddress(new URL(url).hostname)).toBe(false);
});

it('reads spellings that no URL has kept', () => {
  expect(['127.1', 'fe80::1%eth0', '::1', ''].map(isLocalAddress)).toEqual([true, true, true, false]);
});
