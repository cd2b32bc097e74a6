import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { installedPackages } from './bundle-code.ts';
import { checkout } from './places.ts';
import { readManifest } from './read-manifest.ts';

/** Workspace packages whose code, and whose dependencies' code, is in the bundle. */
const bundled = ['contract', 'client', 'cli', 'sidecar', 'sandbox'] as const;
/** What the window's files are made of; its package counts them as tools, because they are gone once it is built. */
export const inTheWindow: readonly string[] = [
  'preact',
  // Preact's own package under React's name.
  'react',
  'react-dom',
  'lucide-react',
  'markdown-it',
  '@tanstack/react-virtual',
  '@codemirror/language',
  '@codemirror/legacy-modes',
];

const licenceFile = /^(licen[cs]e|copying|notice)/i;

/**
 * Writes the licence texts of everything third-party that the bundle may hold: whoever hands the bundle on hands these on too. It names
 * whole dependency trees, and so rather one package too many.
 */
export function writeNotices(directory: string): void {
  const found = new Map<string, string>();
  const visit = (name: string, from: string): void => {
    const at = packageDirectory(name, from);
    if (at === null || at.startsWith(join(checkout, 'packages')) || isInstalled(name)) return;
    const manifest = readManifest(at);
    const key = `${manifest.name} ${manifest.version}`;
    if (found.has(key)) return;
    found.set(key, noticeOf(key, manifest.license, at));
    for (const dependency of Object.keys(manifest.dependencies)) visit(dependency, at);
  };
  for (const each of bundled) {
    const from = join(checkout, 'packages', each);
    for (const dependency of Object.keys(readManifest(from).dependencies)) visit(dependency, from);
  }
  for (const name of inTheWindow) visit(name, join(checkout, 'packages/ui'));
  const notices = [...found].toSorted(([a], [b]) => a.localeCompare(b)).map(([, notice]) => notice);
  writeFileSync(join(directory, 'third-party-notices.txt'), notices.join(`\n${'-'.repeat(80)}\n\n`));
}

function isInstalled(name: string): boolean {
  return installedPackages.some((each) => each === name);
}

/** As Node finds it: in the `node_modules` of the directory or of one above it. */
function packageDirectory(name: string, from: string): string | null {
  for (let at = from; ; at = dirname(at)) {
    const candidate = join(at, 'node_modules', name);
    if (existsSync(join(candidate, 'package.json'))) return candidate;
    if (at === dirname(at)) return null;
  }
}

function noticeOf(key: string, license: string, at: string): string {
  const texts = readdirSync(at)
    .filter((file) => licenceFile.test(file))
    .map((file) => readFileSync(join(at, file), 'utf8').trim());
  return `${key} (${license === '' ? 'see below' : license})\n\n${texts.join('\n\n')}\n`;
}
