import { describe, expect, it } from 'vitest';
import { parsePastedCode } from './pasted-code.ts';

describe('what a person pastes', () => {
  it.each([
    ['code#state', 'c1#s1', { code: 'c1', state: 's1', iss: null }],
    ['code#state with blanks around it', ' \n c1#s1\t', { code: 'c1', state: 's1', iss: null }],
    [
      'the whole address',
      'http://localhost:1455/callback?code=c%2F1&state=s1&iss=https%3A%2F%2Fas.example',
      { code: 'c/1', state: 's1', iss: 'https://as.example' },
    ],
    [
      'an address with an empty fragment',
      'https://as.example/cb?code=c1&state=s1#',
      { code: 'c1', state: 's1', iss: null },
    ],
    [
      'an address of a custom scheme',
      'com.example.app:/cb?code=c1&state=s1',
      { code: 'c1', state: 's1', iss: null },
    ],
    ['the query of an address', '?code=c1&state=s1', { code: 'c1', state: 's1', iss: null }],
    ['the query without its mark', 'state=s1&code=c1', { code: 'c1', state: 's1', iss: null }],
  ])('may be %s', (_, pasted, expected) => {
    expect(parsePastedCode(pasted)).toEqual(expected);
  });

  it.each([
    ['nothing', ''],
    ['a code alone', 'c1'],
    ['a code without its state', 'c1#'],
    ['a state without its code', '#s1'],
    ['three parts', 'c1#s1#x'],
    ['a blank inside', 'c1 #s1'],
    ['an address without a code', 'http://localhost/callback?state=s1'],
    ['an address without a state', 'http://localhost/callback?code=c1'],
    ['an address that was denied', 'http://localhost/callback?error=access_denied&state=s1'],
    ['an address with two codes', 'http://localhost/callback?code=a&code=b&state=s1'],
    ['far too much', `c#${'s'.repeat(9000)}`],
  ])('cannot be %s', (_, pasted) => {
    expect(() => parsePastedCode(pasted)).toThrow(expect.objectContaining({ code: 'callback_invalid' }));
  });
});
