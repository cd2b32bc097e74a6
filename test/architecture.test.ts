import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '..');
const rooms = join(root, 'packages/sidecar/src');

/** Who may import whom inside the sidecar. ARCHITECTURE.md prints this very table. */
const everyone = ['secret', 'errors'];
const mayImport: Readonly<Record<string, readonly string[]>> = {
  secret: [],
  errors: [],
  door: [],
  files: [],
  trust: ['files'],
  credentials: [],
  oauth: ['door', 'credentials'],
  store: ['credentials'],
  settings: ['store', 'credentials'],
  ledger: ['store', 'credentials'],
  'access-token': ['oauth', 'credentials', 'store'],
  delegated: ['credentials'],
  selection: ['access-token', 'credentials', 'store', 'settings', 'ledger', 'delegated'],
  gateway: ['door', 'credentials', 'ledger', 'selection'],
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
  agent: ['selection', 'gateway', 'credentials', 'settings', 'ledger', 'files', 'trust'],
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
const mayReveal = ['oauth', 'store', 'gateway', 'door', 'agent'];

interface Violation {
  readonly file: string;
  readonly why: string;
}

const importPattern = /(?:from|import)\s*\(?\s*'([^']+)'/g;

function importsOf(source: string): string[] {
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

const sidecarRules: Rules = { folder: rooms, table: mayImport, everyone, byIndex: true };
const agentRules: Rules = { folder: join(rooms, 'agent'), table: agentMayImport, byIndex: true };
const uiRules: Rules = { folder: join(root, 'packages/ui/src'), table: uiMayImport, byIndex: false };

function roomViolations(rules: Rules, file: string, source: string): Violation[] {
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
function topViolations(rules: Rules, file: string, source: string): Violation[] {
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

function packageViolations(file: string, source: string): Violation[] {
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
function filesOf(pattern: string): (readonly [string, string])[] {
  return globSync(pattern, { cwd: root })
    .filter((file) => !/\.test\.tsx?$|node_modules/.test(file))
    .map((file) => [join(root, file), readFileSync(join(root, file), 'utf8')] as const);
}

const sources = filesOf('packages/*/src/**/*.{ts,tsx}');
const sidecar = sources.filter(([file]) => file.startsWith(rooms));

/** Folders of product code that no row speaks of. */
function foldersWithoutRow(rules: Rules, files: readonly (readonly [string, string])[]): string[] {
  const folders = files.flatMap(([file]) => roomOf(rules, file) ?? []);
  return [...new Set(folders)].filter((folder) => !(folder in rules.table));
}

describe('the house', () => {
  it('lets each room import only what stands in its row, through the other room’s index', () => {
    expect(sidecar.length).toBeGreaterThan(50);
    expect(sidecar.flatMap(([file, source]) => roomViolations(sidecarRules, file, source))).toEqual([]);
  });

  it('lets each part of the agent import only what stands in its row', () => {
    const agent = sidecar.filter(([file]) => file.startsWith(agentRules.folder));
    expect(agent.length).toBeGreaterThan(40);
    const violations = agent.flatMap(([file, source]) => [
      ...roomViolations(agentRules, file, source),
      ...topViolations(agentRules, file, source),
    ]);
    expect(violations).toEqual([]);
    expect(foldersWithoutRow(agentRules, agent)).toEqual([]);
  });

  it('lets each part of the window import only what stands in its row', () => {
    const ui = sources.filter(([file]) => file.startsWith(uiRules.folder));
    expect(ui.length).toBeGreaterThan(100);
    expect(ui.flatMap(([file, source]) => roomViolations(uiRules, file, source))).toEqual([]);
    expect(foldersWithoutRow(uiRules, ui)).toEqual([]);
  });

  it('lets the shared code of the command line import no command', () => {
    const shared = sources.filter(([file]) => dirname(file) === join(root, 'packages/cli/src'));
    expect(shared.length).toBeGreaterThan(20);
    const importers = shared
      .filter(([, source]) => importsOf(source).some((specifier) => specifier.startsWith('./commands/')))
      .map(([file]) => relative(root, file));
    expect(importers).toEqual(['packages/cli/src/program.ts']);
  });

  it('keeps test equipment out of the product', () => {
    const importers = sources
      .filter(([, source]) => importsOf(source).some((specifier) => /\/test\/|\.test\.ts$/.test(specifier)))
      .map(([file]) => relative(root, file));
    expect(importers).toEqual([]);
    const equipment = sources.filter(([, source]) => importsOf(source).includes('vitest'));
    expect(equipment.map(([file]) => relative(root, file))).toEqual([]);
  });

  it('lets each package import only what stands in its row', () => {
    expect(sources.flatMap(([file, source]) => packageViolations(file, source))).toEqual([]);
  });

  it('has a row for every room', () => {
    expect(foldersWithoutRow(sidecarRules, sidecar)).toEqual(['composition']);
  });

  it('reveals secrets only where they are sent, sealed or forwarded', () => {
    const revealing = sidecar
      .filter(([file, source]) => source.includes('.reveal(') && !file.endsWith('secret/secret.ts'))
      .map(([file]) => relative(rooms, file).split('/')[0] ?? '');
    expect([...new Set(revealing)].filter((room) => !mayReveal.includes(room))).toEqual([]);
  });

  it('reads the environment at the two entry points only', () => {
    const entries = ['packages/sidecar/src/main.ts', 'packages/cli/bin/postern.ts'];
    const readers = sources
      .filter(([, source]) => /process\.env\b/.test(source))
      .map(([file]) => relative(root, file))
      .filter((file) => !entries.includes(file));
    expect(readers).toEqual([]);
  });

  it('imports no values from node:http, which would load Node’s own fetch: 14 MB', () => {
    const importers = sidecar.filter(([, source]) => /^import (?!type )[^;]*from 'node:http'/m.test(source));
    expect(importers.map(([file]) => relative(rooms, file))).toEqual([]);
  });

  it.each(['@fastify/swagger', '@anthropic-ai/claude-agent-sdk'])(
    'imports %s when somebody asks for what it does, not at the start',
    (name) => {
      const atStart = sidecar.filter(([, source]) =>
        new RegExp(`^import (?!type )[^;]*from '${name}'`, 'm').test(source),
      );
      expect(atStart.map(([file]) => relative(rooms, file))).toEqual([]);
    },
  );

  it('imports the Agent SDK in the agent’s room only', () => {
    const importers = sources
      .filter(([, source]) =>
        importsOf(source).some((specifier) => specifier.startsWith('@anthropic-ai/claude-agent-sdk')),
      )
      .map(([file]) => relative(rooms, file).split('/')[0]);
    expect([...new Set(importers)]).toEqual(['agent']);
  });

  it('keeps every file under 300 lines', () => {
    const long = sources
      .filter(([, source]) => source.split('\n').length > 301)
      .map(([file]) => relative(root, file));
    expect(long).toEqual([]);
  });
});

describe('the check itself', () => {
  const inRoom = (room: string): string => join(rooms, room, 'example.ts');

  it('fails where a room imports upwards', () => {
    expect(
      roomViolations(sidecarRules, inRoom('store'), "import { x } from '../gateway/index.ts';"),
    ).toHaveLength(1);
  });

  it('fails where a room is entered past its door', () => {
    expect(
      roomViolations(sidecarRules, inRoom('gateway'), "import { x } from '../store/sealing.ts';"),
    ).toHaveLength(1);
  });

  it('fails where a part of the agent or the window imports upwards', () => {
    const child = join(rooms, 'agent/child/example.ts');
    expect(roomViolations(agentRules, child, "import { x } from '../turn/index.ts';")).toHaveLength(1);
    const screen = join(uiRules.folder, 'settings/example.tsx');
    expect(roomViolations(uiRules, screen, "import { x } from '../app/app.tsx';")).toHaveLength(1);
    const top = join(rooms, 'agent/example.ts');
    expect(topViolations(agentRules, top, "import { x } from './child/child-pool.ts';")).toHaveLength(1);
  });

  it('fails where a package imports one it may not', () => {
    const file = join(root, 'packages/client/src/example.ts');
    expect(packageViolations(file, "import { x } from '@postern/sidecar';")).toHaveLength(1);
  });

  it('passes what the table allows', () => {
    expect(
      roomViolations(sidecarRules, inRoom('selection'), "import { x } from '../store/index.ts';"),
    ).toEqual([]);
  });
});
