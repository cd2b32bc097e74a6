import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '..');
export const rooms = join(root, 'packages/sidecar/src');

/** Who may import whom inside the sidecar. ARCHITECTURE.md prints this very table. */
const everyone = ['secret', 'errors'];
const mayImport: Readonly<Record<string, readonly string[]>> = {
  secret: [],
  errors: [],
  door: [],
  files: [],
  threads: [],
  mcp: [],
  trust: ['files', 'mcp'],
  credentials: [],
  dpop: [],
  oauth: ['door', 'credentials', 'dpop', 'threads'],
  store: ['credentials', 'threads'],
  settings: ['store', 'credentials'],
  ledger: ['store', 'credentials'],
  'access-token': ['oauth', 'credentials', 'store'],
  delegated: ['credentials', 'threads'],
  selection: ['access-token', 'credentials', 'store', 'settings', 'ledger', 'delegated'],
  gateway: ['door', 'credentials', 'dpop', 'ledger', 'selection', 'threads'],
  accounts: [
    'oauth',
    'credentials',
    'store',
    'access-token',
    'settings',
    'delegated',
    'selection',
    'gateway',
  ],
  'mcp-sign-in': ['oauth', 'credentials', 'store', 'access-token', 'accounts', 'mcp'],
  agent: ['selection', 'gateway', 'credentials', 'settings', 'ledger', 'files', 'trust', 'mcp', 'threads'],
  doctor: ['oauth', 'credentials', 'store', 'settings', 'access-token', 'accounts', 'gateway', 'agent'],
  http: [
    'door',
    'accounts',
    'agent',
    'doctor',
    'gateway',
    'settings',
    'ledger',
    'credentials',
    'files',
    'trust',
    'mcp',
  ],
};

/** Who may import whom inside the agent's room; its own files at the top see all of them. */
const agentMayImport: Readonly<Record<string, readonly string[]>> = {
  child: [],
  permission: ['child'],
  turn: ['child', 'permission'],
  history: ['child', 'permission', 'turn'],
  conversation: ['child', 'permission', 'turn', 'history'],
};

/** Who may import whom inside the window. `app` is the shell: only `main.tsx` imports it. */
const uiMayImport: Readonly<Record<string, readonly string[]>> = {
  format: [],
  help: [],
  state: ['format'],
  controls: ['format', 'help'],
  docs: ['controls', 'format', 'help'],
  composer: ['controls', 'format', 'state'],
  conversation: ['controls', 'format', 'help', 'state'],
  'sign-in': ['controls', 'format', 'help', 'state'],
  usage: ['controls', 'format', 'help', 'state'],
  settings: ['controls', 'format', 'help', 'state'],
  app: ['composer', 'controls', 'conversation', 'format', 'help', 'settings', 'sign-in', 'state', 'usage'],
};

/** Which workspace package may import which. */
const packagesMayImport: Readonly<Record<string, readonly string[]>> = {
  contract: [],
  sandbox: [],
  sidecar: ['contract', 'sandbox'],
  client: ['contract'],
  cli: ['contract', 'client', 'sidecar'],
  ui: ['contract', 'client'],
};

/**
 * Where a secret may be revealed: sent (oauth, gateway), sealed (store), handed to the window of this launch (door), put into the
 * environment of the child whose own it is (agent).
 */
export const mayReveal = ['oauth', 'dpop', 'store', 'gateway', 'door', 'agent'];

interface Violation {
  readonly file: string;
  readonly why: string;
}

const importPattern = /(?:from|import)\s*\(?\s*'([^']+)'/g;

export function importsOf(source: string): string[] {
  return [...source.matchAll(importPattern)].map((match) => match[1] ?? '');
}

interface Rules {
  /** The folder whose sub-folders are the rooms. */
  readonly folder: string;
  readonly table: Readonly<Record<string, readonly string[]>>;
  /** What every room may import. */
  readonly everyone?: readonly string[];
  /** Whether a room is entered through its index only. */
  readonly byIndex: boolean;
}

export const sidecarRules: Rules = { folder: rooms, table: mayImport, everyone, byIndex: true };
export const agentRules: Rules = { folder: join(rooms, 'agent'), table: agentMayImport, byIndex: true };
export const uiRules: Rules = { folder: join(root, 'packages/ui/src'), table: uiMayImport, byIndex: false };

export function roomViolations(rules: Rules, file: string, source: string): Violation[] {
  const room = roomOf(rules, file);
  const allowed = room === null ? undefined : rules.table[room];
  if (allowed === undefined) return [];
  return importsOf(source).flatMap((specifier): Violation[] => {
    if (!specifier.startsWith('.')) return [];
    const imported = resolve(dirname(file), specifier);
    const target = relative(rules.folder, imported);
    const other = roomOf(rules, imported);
    if (target.startsWith('..') || other === room) return [];
    if (other === null || !(other in rules.table))
      return [{ file, why: `${room} reaches out of the rooms: ${specifier}` }];
    if (!allowed.includes(other) && rules.everyone?.includes(other) !== true)
      return [{ file, why: `${room} may not import ${other}` }];
    return !rules.byIndex || target === `${other}/index.ts`
      ? []
      : [{ file, why: `${other} is entered past its index: ${specifier}` }];
  });
}

/** The sub-folder a file is in; null: none. */
function roomOf({ folder }: Rules, file: string): string | null {
  const [room, ...rest] = relative(folder, file).split('/');
  return room === undefined || room === '..' || rest.length === 0 ? null : room;
}

/** A file at the top of a room sees all of its sub-rooms, through their indexes. */
export function topViolations(rules: Rules, file: string, source: string): Violation[] {
  if (dirname(file) !== rules.folder) return [];
  return importsOf(source).flatMap((specifier): Violation[] => {
    if (!specifier.startsWith('.')) return [];
    const imported = resolve(dirname(file), specifier);
    const room = roomOf(rules, imported);
    return room === null || relative(rules.folder, imported) === `${room}/index.ts`
      ? []
      : [{ file, why: `${room} is entered past its index: ${specifier}` }];
  });
}

export function packageViolations(file: string, source: string): Violation[] {
  const owner = relative(join(root, 'packages'), file).split('/')[0] ?? '';
  return importsOf(source).flatMap((specifier): Violation[] => {
    const other = /^@postern\/([a-z]+)/.exec(specifier)?.[1];
    if (other === undefined || other === owner) return [];
    return packagesMayImport[owner]?.includes(other) === true
      ? []
      : [{ file, why: `${owner} may not import @postern/${other}` }];
  });
}

/** Every file of the product: all there is below `src` but the tests beside it. */
export function filesOf(pattern: string): (readonly [string, string])[] {
  return globSync(pattern, { cwd: root })
    .filter((file) => !/\.test\.tsx?$|node_modules/.test(file))
    .map((file) => [join(root, file), readFileSync(join(root, file), 'utf8')] as const);
}

/** Folders of product code that no row speaks of. */
export function foldersWithoutRow(rules: Rules, files: readonly (readonly [string, string])[]): string[] {
  const folders = files.flatMap(([file]) => roomOf(rules, file) ?? []);
  return [...new Set(folders)].filter((folder) => !(folder in rules.table));
}
