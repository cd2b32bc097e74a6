import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

/** The checkout. */
export const root = resolve(import.meta.dirname, '../..');

/** One page of the documentation. */
export interface Page {
  /** From the root of the checkout. */
  readonly path: string;
  readonly text: string;
}

/** A link to somewhere in the checkout. */
export interface Link {
  readonly page: string;
  readonly target: string;
  /** Absolute; of the page itself where the link is only an anchor. */
  readonly path: string;
  readonly anchor: string | null;
}

/** Every page for people: of the root, docs/, the packages, packaging/ and .github/. */
export function readPages(): readonly Page[] {
  return globSync(['*.md', 'docs/**/*.md', '{packages/*,packaging,bench}/*.md', '.github/**/*.md'], {
    cwd: root,
  })
    .toSorted()
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
}

/** Links of a page that lead into the checkout; code is not looked at. */
export function linksOf({ path, text }: Page): readonly Link[] {
  return [...withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, target = '']) => {
    if (/^[a-z]+:/.test(target)) return [];
    const [file = '', anchor] = target.split('#', 2);
    const absolute = file === '' ? join(root, path) : resolve(join(root, dirname(path)), file);
    return [{ page: path, target, path: absolute, anchor: anchor ?? null }];
  });
}

/** The anchors of a page's headings, as GitHub makes them. */
export function anchorsOf(text: string): ReadonlySet<string> {
  const headings = [...withoutBlocks(text).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) => heading);
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

/** Every command line of the code blocks that runs Postern: the words after `postern`. */
export function posternCommandsOf(text: string): readonly (readonly string[])[] {
  const blocks = [...text.matchAll(/^ *```[a-z]*\n([\s\S]*?)^ *```/gm)].map(([, block = '']) => block);
  return blocks
    .flatMap((block) => block.split('\n'))
    .flatMap((line) => {
      const command = /(?:^|\| *|^ *)(?:npm exec -- postern|(?:\.\/dist\/linux\/)?postern) +([a-z-].*)$/.exec(
        line.trim(),
      );
      return command?.[1] === undefined ? [] : [command[1].split(/\s+/)];
    });
}

/** Paths of the checkout that a page names in code, such as `packages/client/src`; patterns and places are left out. */
export function pathsNamedIn(text: string): readonly string[] {
  const names = [
    ...withoutBlocks(text).matchAll(/`((?:packages|test|docs|examples|packaging|bench)\/[\w./-]+)`/g),
  ];
  return [...new Set(names.map(([, name = '']) => name))];
}

/** Each code block in TypeScript that a page takes from a file, with that file: a line that ends in a link to it stands before the block. */
export function embeddedCode({
  path,
  text,
}: Page): readonly { readonly file: string; readonly code: string }[] {
  return [...text.matchAll(/\]\(([^)]+\.ts)\):\n\n```ts\n([\s\S]*?)^```$/gm)].map(
    ([, file = '', code = '']) => ({
      file: relative(root, resolve(join(root, dirname(path)), file)),
      code,
    }),
  );
}

function withoutCode(text: string): string {
  return withoutBlocks(text).replaceAll(/`[^`\n]*`/g, '');
}

function withoutBlocks(text: string): string {
  return text.replaceAll(/^ *```[\s\S]*?^ *```$/gm, '');
}
