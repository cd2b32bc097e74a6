import { describe, expect, test } from 'vitest';
import { json, judge } from '../../test/support/door/samples.ts';

describe('F44 other pages', () => {
  test.each([
    'http://evil.example',
    'null',
    'http://127.0.0.1:3000',
    'http://localhost:8765',
    'https://127.0.0.1:8765',
    '',
    'http://127.0.0.1:8765/',
  ])('the Origin %j is refused everywhere', (origin) => {
    for (const line of [
      'GET /settings',
      'GET /nothing',
      'GET /',
      'OPTIONS /settings',
      'GET /auth/anthropic/callback',
    ])
      expect(judge(line, [`Origin: ${origin}`])).toBe(403);
  });

  test('our own Origin, and no Origin, pass', () => {
    expect(
      judge('POST /settings', [json, 'Origin: http://127.0.0.1:8765', 'Sec-Fetch-Site: same-origin']),
    ).toBe(0);
    expect(judge('GET /settings', ['Sec-Fetch-Site: none'])).toBe(0);
  });

  test('a preflight is refused even without an Origin', () => {
    expect(judge('OPTIONS /settings', ['Access-Control-Request-Method: POST'])).toBe(403);
  });

  test.each(['cross-site', 'same-site', 'Cross-Site', 'anything'])('Sec-Fetch-Site %s is refused', (site) => {
    for (const path of ['/settings', '/', '/nothing', '/session'])
      expect(
        judge(`GET ${path}`, [
          `Sec-Fetch-Site: ${site}`,
          'Sec-Fetch-Mode: navigate',
          'Sec-Fetch-Dest: document',
        ]),
      ).toBe(403);
  });

  test('the redirect’s own navigation passes; an image, a frame, a fetch or a form from another site does not', () => {
    const from = (site: string, mode: string, dest: string) => [
      `Sec-Fetch-Site: ${site}`,
      `Sec-Fetch-Mode: ${mode}`,
      `Sec-Fetch-Dest: ${dest}`,
    ];
    const callback = 'GET /auth/anthropic/callback?code=a&state=b';
    expect(judge(callback, from('cross-site', 'navigate', 'document'), { bearer: false })).toBe(0);
    expect(judge(callback, from('same-site', 'navigate', 'document'), { bearer: false })).toBe(0);
    expect(judge(callback, from('cross-site', 'no-cors', 'image'))).toBe(403);
    expect(judge(callback, from('cross-site', 'navigate', 'iframe'))).toBe(403);
    expect(judge(callback, from('cross-site', 'cors', 'empty'))).toBe(403);
    expect(judge(callback, ['Sec-Fetch-Site: cross-site'])).toBe(403);
    expect(
      judge('POST /auth/anthropic/callback', [json, ...from('cross-site', 'navigate', 'document')]),
    ).toBe(403);
  });
});
