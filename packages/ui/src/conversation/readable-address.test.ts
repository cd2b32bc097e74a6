import { expect, it } from 'vitest';
import { readableAddress } from './readable-address.ts';

it.each([
  'javascript:alert(1)',
  ' java\nscript:alert(1)',
  'data:text/html,x',
  'file:///etc/passwd',
  'vbscript:x',
  'blob:http://127.0.0.1/x',
  '//evil.example/',
  '/relative',
  '#place',
  'https://user:password@evil.example/',
  'https://anthropic.com@evil.example/',
  '',
])('F53: %j is offered to nobody', (address) => {
  expect(readableAddress(address)).toBeNull();
});

it('shows a host as the browser would go to it, not as it was written', () => {
  expect(readableAddress('https://EXAMPLE.com\\@evil.example/')?.host).toBe('example.com');
  expect(readableAddress('https://аpple.com/')?.host).toBe('xn--pple-43d.com');
});
