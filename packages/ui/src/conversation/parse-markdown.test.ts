import { describe, expect, it } from 'vitest';
import { longestPiece } from './markdown-pieces.ts';
import { type MarkdownNode, parseMarkdown } from './parse-markdown.ts';

function depthOf(nodes: readonly MarkdownNode[]): number {
  return Math.max(0, ...nodes.map((node) => (typeof node === 'string' ? 1 : 1 + depthOf(node.children))));
}

function textOf(nodes: readonly MarkdownNode[]): string {
  return nodes
    .map((node) => (typeof node === 'string' ? node : node.content + textOf(node.children)))
    .join('');
}

/** Structure that other parsers need seconds for, or overflow on. */
const shapes: Readonly<Record<string, string>> = {
  'nested quotes': '>',
  'nested quotes with spaces': '> ',
  'nested lists': '- ',
  'nested numbered lists': '1. ',
  emphasis: '*a* ',
  'open emphasis': '**a ',
  'mixed emphasis': '*_a ',
  'open brackets': '[',
  'open links': '[a](',
  'open images': '![',
  links: '[a](b) ',
  backticks: '`a ',
  'a table': '|a|b|\n|-|-|\n',
  'table cells': '|a',
  'open tags': '<a ',
  addresses: 'https://a.b ',
  entities: '&amp;',
  'short lines': 'a\n',
};

describe('what is parsed', () => {
  it.each(Object.entries(shapes))('is bounded in depth and size, and loses nothing: %s', (_, shape) => {
    const piece = `${shape.repeat(longestPiece / shape.length)}end`;
    const startedMs = performance.now();
    const nodes = parseMarkdown(piece);
    // Far above what it takes, far below what a parser takes whose work grows with the square.
    expect(performance.now() - startedMs).toBeLessThan(3_000);
    if (nodes === null) return;
    expect(depthOf(nodes)).toBeLessThanOrEqual(41);
    expect(textOf(nodes)).toContain('end');
  });

  it.each([
    ['quotes', `${'> '.repeat(60)}deep`],
    ['lists', `${'- '.repeat(60)}deep`],
    ['emphasis', `${'*a **b '.repeat(60)}deep${' b** a*'.repeat(60)}`],
    ['size', 'a **b** '.repeat(2_500)],
  ])('is null where it exceeds the bound of %s', (_, piece) => {
    expect(parseMarkdown(piece)).toBeNull();
  });

  it('keeps ordinary structure, and HTML as text', () => {
    expect(parseMarkdown('> - a <b>\n')).toMatchObject([
      { type: 'blockquote', children: [{ type: 'bullet_list', children: [{ type: 'list_item' }] }] },
    ]);
    expect(textOf(parseMarkdown('a <b>c</b>') ?? [])).toBe('a <b>c</b>');
  });
});
