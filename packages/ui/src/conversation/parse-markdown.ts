import markdownIt, { type Token } from 'markdown-it';

/** A piece of Markdown as a tree; a string is text. */
export type MarkdownNode = string | MarkdownElement;
export interface MarkdownElement {
  /** The parser's name for it, without `_open`: `paragraph`, `bullet_list`, `link`, `fence`. */
  readonly type: string;
  readonly tag: string;
  /** The text of code, or an image's alternative. */
  readonly content: string;
  /** A fence's language; none for others. */
  readonly info: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly MarkdownNode[];
}

/** More than this would take long to put on the page. */
const mostNodes = 3_000;
const mostLines = 1_500;
/** Deeper structure than the user can read, and a stack can hold. */
const deepest = 40;

const parser = markdownIt({ html: false, linkify: true, maxNesting: deepest });
// What a link may lead to is judged where it is drawn, with the user looking; a file's name is no address.
parser.validateLink = () => true;
parser.linkify.set({ fuzzyLink: false, fuzzyEmail: false });

/** A piece of Markdown as a tree of bounded size and depth; null where it exceeds either. Its HTML is text. Never throws. */
export function parseMarkdown(piece: string): readonly MarkdownNode[] | null {
  if (hasMoreLines(piece, mostLines)) return null;
  try {
    return treeOf(parser.parse(piece, {}));
  } catch {
    // An error of the parser itself: the text is shown instead.
    return null;
  }
}

interface OpenElement extends Omit<MarkdownElement, 'children'> {
  readonly children: MarkdownNode[];
}

function treeOf(tokens: readonly Token[]): readonly MarkdownNode[] | null {
  const root: MarkdownNode[] = [];
  const open: OpenElement[] = [];
  let counted = 0;
  const into = () => open.at(-1)?.children ?? root;
  const add = (token: Token): boolean => {
    if (token.nesting !== -1 && !token.hidden && token.type !== 'inline') counted += 1;
    // The parser skips what is nested deeper than it may go, so reaching that depth already means that something is missing.
    if (counted > mostNodes || token.level + 1 >= deepest || open.length >= deepest) return false;
    if (token.type === 'inline') return (token.children ?? []).every(add);
    if (token.type === 'text') into().push(token.content);
    else if (token.type === 'softbreak') into().push('\n');
    else if (token.hidden) return true;
    else if (token.nesting === 1) open.push(elementOf(token));
    else if (token.nesting === 0) into().push(elementOf(token));
    else {
      const done = open.pop();
      if (done !== undefined) into().push(done);
    }
    return true;
  };
  return tokens.every(add) ? root : null;
}

function elementOf(token: Token): OpenElement {
  return {
    type: token.type.replace(/_open$/, ''),
    tag: token.tag,
    content: token.content,
    info: token.type === 'fence' ? token.info : '',
    attributes: Object.fromEntries((token.attrs ?? []).map(([name, value]) => [name, String(value)])),
    children: [],
  };
}

function hasMoreLines(text: string, limit: number): boolean {
  let lines = 0;
  for (let at = text.indexOf('\n'); at !== -1 && lines <= limit; at = text.indexOf('\n', at + 1)) lines += 1;
  return lines > limit;
}
