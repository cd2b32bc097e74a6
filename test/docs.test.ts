import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import {
  appEventSchemas,
  authStatusSchema,
  chosenSettingsSchema,
  credentialKinds,
  errorTable,
  queryEventSchemas,
} from '@postern/contract';
import { describe, expect, it } from 'vitest';
import { sentences } from '../packages/ui/src/help/sentences.ts';
import { type CommandNode, commandTree } from '../packaging/steps/command-tree.ts';
import { readManifest } from '../packaging/steps/read-manifest.ts';
import { withErrorEntries } from './docs/error-entries.ts';
import {
  anchorsOf,
  embeddedCode,
  linksOf,
  pathsNamedIn,
  posternCommandsOf,
  readPages,
  root,
} from './docs/read-pages.ts';

/** Screens that the user guide shows. They are made from the app as it is, by its own tests. */
const screens = [
  'ask-answer',
  'approval',
  'fallback-banner',
  'first-run',
  'settings-connected',
  'settings-not-connected',
  'sign-in-dialog',
  'usage',
].flatMap((name) => [`docs/screens/${name}-light.png`, `docs/screens/${name}-dark.png`]);

/** Options and variables of a start (docs/spec/contract.md#starting). */
const startOptions = [
  ...['--sandbox', '--live', '--port', '--data-dir', '--store', '--no-open', '--json'],
  ...['POSTERN_PORT', 'POSTERN_DATA_DIR', 'POSTERN_STORE', 'POSTERN_API_BASE_URL', 'POSTERN_OAUTH_ISSUER'],
  ...['POSTERN_OAUTH_AUTHORIZATION_ENDPOINT', 'POSTERN_OAUTH_TOKEN_ENDPOINT'],
  ...['POSTERN_OAUTH_REVOCATION_ENDPOINT', 'POSTERN_OAUTH_CLIENT_ID', 'POSTERN_OAUTH_SCOPES'],
  ...['POSTERN_OAUTH_REDIRECT_URI', 'POSTERN_OAUTH_TOKEN_BODY', 'POSTERN_OAUTH_TOKEN_HEADERS'],
  ...['POSTERN_PASSPHRASE', 'POSTERN_CLAUDE_PROGRAM', 'os_keychain', 'passphrase_file', 'memory'],
];

/** Sentences of the app that only make sense where they stand. */
const onlyInTheApp: ReadonlySet<string> = new Set(['sandbox', 'signInWaiting', 'openAgain', 'draftKept']);

const pages = readPages();
const textOf = (path: string): string => readFileSync(join(root, path), 'utf8');
const program = commandTree('0.0.0');

describe('the documentation', () => {
  it('lists every finding', () => {
    const scripts = readdirSync(join(root, 'findings')).filter((name) => name.endsWith('.sh'));
    const page = textOf('findings/README.md');
    expect(scripts.length).toBeGreaterThan(0);
    expect(scripts.filter((name) => !page.includes(`](${name})`))).toEqual([]);
  });

  it('has links that lead somewhere, anchors included', () => {
    const broken = pages.flatMap(linksOf).filter(({ path, anchor }) => {
      if (!existsSync(path)) return !screens.includes(relative(root, path));
      return anchor !== null && !anchorsOf(readFileSync(path, 'utf8')).has(anchor);
    });
    expect(broken.map(({ page, target }) => `${page}: ${target}`)).toEqual([]);
  });

  it('names only files and folders that exist', () => {
    const named = pages.flatMap(({ path, text }) => pathsNamedIn(text).map((name) => ({ path, name })));
    expect(named.length).toBeGreaterThan(50);
    // Built, not kept.
    const lacking = named.filter(({ name }) => !existsSync(join(root, name)) && !name.includes('/dist'));
    expect(lacking.map(({ path, name }) => `${path}: ${name}`)).toEqual([]);
  });

  it('shows examples as they stand in their files, which the type check compiles', () => {
    const examples = pages.flatMap(embeddedCode);
    expect(examples.map(({ file }) => file)).toEqual(['examples/client.ts', 'examples/contract.ts']);
    for (const { file, code } of examples) expect(code).toBe(textOf(file));
  });

  it('names in the user guide every option and variable of a start', () => {
    const guide = textOf('docs/user-guide.md');
    expect(startOptions.filter((name) => !guide.includes(`\`${name}`))).toEqual([]);
  });

  it('names in the user guide every variable that the code reads', () => {
    const code = [
      'packages/sidecar/src/composition/configuration.ts',
      'packages/sidecar/src/composition/oauth-configuration.ts',
      'packages/cli/src/program.ts',
    ].map(textOf);
    const spelt = code.flatMap((text) => text.match(/POSTERN_[A-Z_]*[A-Z]/g) ?? []);
    const composed = code.flatMap((text) => [...text.matchAll(/text\('([A-Z_]+)'\)/g)]);
    const read = new Set([...spelt, ...composed.map(([, name]) => `POSTERN_OAUTH_${name}`)]);
    read.delete('POSTERN_OAUTH');
    expect(read.size).toBeGreaterThan(12);
    const guide = textOf('docs/user-guide.md');
    expect([...read].filter((name) => !guide.includes(name))).toEqual([]);
  });

  it('specifies every kind, event, setting and member of the status, as facts and not as plans', () => {
    const facts = textOf('docs/spec/contract.md').split('\n## Planned\n')[0] ?? '';
    const names = [
      ...[...credentialKinds, ...Object.keys(queryEventSchemas), ...Object.keys(appEventSchemas)],
      ...[...Object.keys(chosenSettingsSchema.shape), ...Object.keys(authStatusSchema.shape)],
    ];
    expect(names.length).toBeGreaterThan(40);
    expect(names.filter((name) => !new RegExp(`\\b${name}\\b`).test(facts))).toEqual([]);
    expect(startOptions.filter((name) => !facts.includes(`\`${name}`))).toEqual([]);
  });

  it('has an entry for every error code, with the table’s own title and next step', () => {
    const page = textOf('docs/troubleshooting.md');
    const codes = Object.keys(errorTable) as (keyof typeof errorTable)[];
    const lacking = codes.filter((code) => {
      const { title, nextStep } = errorTable[code];
      const entry = page.split(`#### \`${code}\`\n`)[1]?.split('\n#')[0] ?? '';
      return !entry.includes(`**${title}.**`) || !entry.includes(`\n${nextStep} *(`);
    });
    expect(lacking).toEqual([]);
    // node test/docs/write-error-entries.ts
    expect(page).toBe(withErrorEntries(page));
  });

  it('shows only commands and options that exist', () => {
    const shown = pages.flatMap(({ path, text }) =>
      posternCommandsOf(text).map((words) => ({ path, words })),
    );
    expect(shown.length).toBeGreaterThan(15);
    const wrong = shown.filter(({ words }) => !isCommandLine(program, words));
    expect(wrong.map(({ path, words }) => `${path}: ${words.join(' ')}`)).toEqual([]);
  });

  it('names every command in the user guide', () => {
    const guide = textOf('docs/user-guide.md');
    const names = program.commands.flatMap((command) =>
      command.commands.length === 0
        ? [command.name()]
        : command.commands.map((each) => `${command.name()} ${each.name()}`),
    );
    expect(names.filter((name) => !guide.includes(`\`${name}\``))).toEqual([]);
  });

  it('explains in the very sentences of the app', () => {
    const all = pages.map(({ text }) => text.replaceAll(/\s+/g, ' ')).join('\n');
    const missing = Object.entries(sentences).filter(
      ([name, sentence]) => !onlyInTheApp.has(name) && !all.includes(sentence),
    );
    expect(missing).toEqual([]);
  });

  it('names the versions that are installed today', () => {
    const page = textOf('docs/installing.md');
    const { version } = readManifest(root);
    expect([...page.matchAll(/postern[-_](\d+\.\d+\.\d+)/g)].map(([, each]) => each)).toEqual([
      version,
      version,
    ]);
    const sdk = readManifest(join(root, 'packages/sidecar')).dependencies['@anthropic-ai/claude-agent-sdk'];
    for (const name of ['docs/installing.md', 'docs/claude-agent-sdk.md', 'docs/anthropic-oauth.md'])
      expect(textOf(name)).toMatch(new RegExp(`claude-agent-sdk[@\`]+ ?${sdk?.replaceAll('.', '\\.')}`));
  });

  it('is free of paths of the machine it was written on', () => {
    const local = pages.filter(({ text }) => /\/work\/|\/root\/|\/home\/[a-z]/.test(text));
    expect(local.map(({ path }) => path)).toEqual([]);
  });
});

describe('the example of the contract', () => {
  it('prints what its page says', async () => {
    const example = join(root, 'examples/contract.ts');
    const { stdout } = await promisify(execFile)(process.execPath, [example]);
    expect(textOf('packages/contract/README.md')).toContain(`It prints:\n\n\`\`\`\n${stdout}\`\`\`\n`);
  });
});

describe('the example app', () => {
  it('takes no more than 60 lines', () => {
    expect(textOf('examples/embed.ts').trimEnd().split('\n').length).toBeLessThanOrEqual(60);
  });
});

describe('the check itself', () => {
  it('tells a command that exists from one that does not', () => {
    expect(isCommandLine(program, ['start', '--port', '0', '--sandbox'])).toBe(true);
    expect(isCommandLine(program, ['key', 'set'])).toBe(true);
    expect(isCommandLine(program, ['begin'])).toBe(false);
    expect(isCommandLine(program, ['start', '--prot', '0'])).toBe(false);
  });

  it('finds links and anchors, and no link in code', () => {
    const text = '# A `code_word` here\n[a](#a-code_word-here) `[b](c.md)`\n```\n[d](e.md)\n```\n';
    const links = linksOf({ path: 'docs/x.md', text });
    expect(links.map(({ target }) => target)).toEqual(['#a-code_word-here']);
    expect(anchorsOf(text)).toEqual(new Set(['a-code_word-here']));
  });

  it('finds a path and an example in a page', () => {
    const text =
      'In `packages/a/b.ts`, not in `packages/*/c`.\n[x.ts](../examples/x.ts):\n\n```ts\na();\n```\n';
    expect(pathsNamedIn(text)).toEqual(['packages/a/b.ts']);
    expect(embeddedCode({ path: 'docs/y.md', text })).toEqual([{ file: 'examples/x.ts', code: 'a();\n' }]);
  });
});

function isCommandLine(parent: CommandNode, words: readonly string[]): boolean {
  const [name = '', ...rest] = words;
  if (name.startsWith('--')) return isOption([parent], name) || ['--help', '--version'].includes(name);
  const command = parent.commands.find((each) => each.name() === name);
  if (command === undefined) return false;
  if (command.commands.length > 0) return isCommandLine(command, rest);
  return rest.filter((word) => word.startsWith('--')).every((word) => isOption([command, program], word));
}

function isOption(places: readonly CommandNode[], word: string): boolean {
  return places.some(({ options }) => options.some(({ long }) => long === word));
}
