import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { anchorsOf, root } from './read-pages.ts';

/** A file that may cite a page: code, a test or a page. */
export interface CitingFile {
  /** From the root of the checkout. */
  readonly path: string;
  readonly text: string;
}

/** The page that says what each fault number means. */
export const faultsPage = 'docs/spec/faults.md';

const sources = [
  'packages/*/{src,test,bin}/**/*.{ts,tsx,js,css}',
  '{bench,examples,packaging,test}/**/*.{ts,cjs}',
  '{*.md,.ci/*,.github/**/*.{md,yml}}',
  '{docs,packages/*,packaging,bench}/**/*.md',
];

/** Every file of the checkout that may hold a citation. */
export function readCitingFiles(): readonly CitingFile[] {
  return globSync(sources, { cwd: root, exclude: ['**/node_modules/**', '**/dist/**'] })
    .toSorted()
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
}

/**
 * Citations of a file that lead nowhere, each with its line: a page or heading that does not exist, or a section of a document that is
 * not in the repository. Pages are named from the root of the checkout; a string is data, not a citation.
 * Pure; `pages` gives a page's text, or null for an unknown page.
 */
export function brokenCitations(
  { path, text }: CitingFile,
  pages: (path: string) => string | null,
): readonly string[] {
  const named = matches(
    text,
    /(?<![\w/'])(?:docs\/[\w/-]+|ARCHITECTURE|CONTRIBUTING|SECURITY)\.md(?:#[\w-]+)?(?![\w'-])/g,
  ).filter(({ what }) => {
    const [page = '', anchor] = what.split('#', 2);
    const cited = pages(page);
    return cited === null || (anchor !== undefined && !anchorsOf(cited).has(anchor));
  });
  const unnamed = matches(
    text,
    /\b(?:contract|design|facts|faults)(?:\.md)?,? (?:section|step|F)s? ?\d[\d.]*/gi,
  );
  return [...named, ...unnamed].map(({ line, what }) => `${path}:${line}: ${what}`);
}

/** Fault numbers of a file that `known` does not have, each with its line. Pure. */
export function unknownFaults({ path, text }: CitingFile, known: ReadonlySet<string>): readonly string[] {
  return matches(text, /\bF\d{2,3}\b/g)
    .filter(({ what }) => !known.has(what))
    .map(({ line, what }) => `${path}:${line}: ${what}`);
}

/** The numbers that the page of faults has a heading for. Pure. */
export function faultNumbers(page: string): ReadonlySet<string> {
  return new Set([...page.matchAll(/^### (F\d{2,3})$/gm)].map(([, number = '']) => number));
}

function matches(text: string, pattern: RegExp): readonly { readonly line: number; readonly what: string }[] {
  return [...text.matchAll(pattern)].map(({ 0: what, index }) => ({
    line: text.slice(0, index).split('\n').length,
    what,
  }));
}
