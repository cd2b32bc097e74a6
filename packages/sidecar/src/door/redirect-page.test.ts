import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { redirectPage } from './redirect-page.ts';

describe.each([
  ['signed_in', 'live'],
  ['denied', 'live'],
  ['failed', 'live'],
  ['signed_in', 'sandbox'],
  ['denied', 'sandbox'],
  ['failed', 'sandbox'],
] as const)('the page for %s, %s', (kind, mode) => {
  const { body, headers } = redirectPage(kind, mode);
  const html = body.toString();

  it('runs nothing and loads nothing', () => {
    expect(html).not.toMatch(/<script|<img|<link|<iframe|<form|\son\w+=|https?:|url\(/i);
  });

  it('is allowed exactly the style it has, and nothing else', () => {
    const style = /<style>(.*)<\/style>/s.exec(html)?.[1] ?? '';
    const hash = createHash('sha256').update(style).digest('base64');
    expect(headers['Content-Security-Policy']).toMatch(/^default-src 'none'; style-src 'sha256-/);
    expect(headers['Content-Security-Policy']).toContain(`'sha256-${hash}'; sandbox`);
    expect(headers['Content-Security-Policy']).not.toContain('unsafe');
  });

  it('is not sniffed, kept or referred to', () => {
    expect(headers).toMatchObject({
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Length': String(body.length),
      'X-Content-Type-Options': 'nosniff',
      'Cache-Control': 'no-store',
      'Referrer-Policy': 'no-referrer',
    });
  });

  it('has a language, a title, one heading and both colour schemes', () => {
    expect(html).toMatch(/<html lang="en">/);
    expect(html).toMatch(/<title>Postern – .+<\/title>/);
    expect(html.match(/<h1>/g)).toHaveLength(1);
    expect(html).toContain('prefers-color-scheme:dark');
  });

  it('is the same object every time', () => {
    expect(redirectPage(kind, mode)).toBe(redirectPage(kind, mode));
  });

  it('says that it is the sandbox exactly where it is one', () => {
    expect(html.includes('Sandbox: no real account, no cost')).toBe(mode === 'sandbox');
  });
});

it('the three pages say three different things', () => {
  expect(redirectPage('signed_in').body.toString()).toContain('You are signed in.');
  expect(redirectPage('denied').body.toString()).toContain('Access was not granted.');
  expect(redirectPage('failed').body.toString()).toContain('Go back to Postern, it says what happened.');
});
