// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from '@testing-library/preact';
import { afterEach, expect, it } from 'vitest';
import { MarkdownText } from './markdown.tsx';

afterEach(cleanup);

const allowed = new Set(
  'DIV P STRONG EM DEL CODE PRE FIGURE FIGCAPTION SECTION BUTTON SPAN SVG PATH RECT CIRCLE LINE UL OL LI BLOCKQUOTE HR BR TABLE THEAD TBODY TR TH TD H2 H3 SUP BDI'.split(
    ' ',
  ),
);

const hostile = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '[a](javascript:alert(1)) [b](data:text/html,x) [c](//evil.example)',
  '![x](https://evil.example/x.png)',
  '<iframe src="https://evil.example"></iframe>',
  '<a href="https://evil.example" onclick="alert(1)">raw</a>',
  '[x]: javascript:alert(1)\n\n[x]',
  'a[^1]\n\n[^1]: <svg onload=alert(1)>',
  '<style>*{display:none}</style><base href=//evil.example>',
];

it.each(hostile)('F53: %j becomes nothing but text and our own elements', (text) => {
  const { container } = render(<MarkdownText text={text} />);
  for (const element of container.querySelectorAll('*')) {
    expect(allowed).toContain(element.tagName.toUpperCase());
    for (const { name } of element.attributes) expect(name).not.toMatch(/^(on|href$|src|style$|action$)/);
  }
});

it('asks before a link is opened, and shows its host', () => {
  render(<MarkdownText text="See [the docs](https://docs.example/a?b=c)." />);
  fireEvent.click(screen.getByRole('button', { name: 'the docs' }));
  const dialog = document.querySelector('dialog');
  expect(dialog?.textContent).toContain('docs.example');
  expect(dialog?.querySelector('a')?.getAttribute('rel')).toBe('noopener noreferrer');
});

it('draws code with its language and a way to copy it', () => {
  render(<MarkdownText text={'```ts\nconst a = 1;\n```'} />);
  expect(screen.getByRole('region', { name: 'Code, ts' }).textContent).toBe('const a = 1;');
  expect(screen.getByRole('button', { name: 'Copy code' })).toBeDefined();
});
