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
  credentials: [],
  oauth: ['door', 'credentials'],
  store: ['credentials'],
  settings: ['store', 'credentials'],
  ledger: ['store', 'credentials'],
  'access-token': ['oauth', 'credentials', 'store'],
  delegated: ['credentials'],
  selection: ['access-token', 'credentials', 'store', 'settings', 'ledger', 'delegated'],
  gateway: ['door', 'credentials', 'selection'],
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
  agent: ['selection', 'gateway', 'credentials', 'settings', 'ledger'],
  doctor: ['oauth', 'credentials', 'store', 'settings', 'access-token', 'accounts', 'gateway', 'agent'],
  http: ['door', 'accounts', 'agent', 'doctor', 'settings', 'ledger', 'credentials'],
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

function roomViolations(file: string, source: string): Violation[] {
  const room = relative(rooms, file).split('/')[0] ?? '';
  const allowed = mayImport[room];
  if (allowed === undefined) return [];
  return importsOf(source).flatMap((specifier): Violation[] => {
    if (!specifier.startsWith('.')) return [];
    const target = relative(rooms, resolve(dirname(file), specifier));
    const other = target.split('/')[0] ?? '';
    if (target.startsWith('..') || other === room) return [];
    if (!(other in mayImport)) return [{ file, why: `${room} reaches out of the rooms: ${specifier}` }];
    if (!allowed.includes(other) && !everyone.includes(other))
      return [{ file, why: `${room} may not import ${other}` }];
    return target === `${other}/index.ts`
      ? []
      : [{ file, why: `${other} is entered past its door: ${specifier}` }];
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

function filesOf(pattern: string): (readonly [string, string])[] {
  return globSync(pattern, { cwd: root })
    .filter(
      (file) =>
        !/\.test\.tsx?$|\/test(ing)?\/|\.program\.ts$|-(fixture|suite)\.ts$|stand-ins?\.ts$|node_modules|\/dist\//.test(
          file,
        ),
    )
    .map((file) => [join(root, file), readFileSync(join(root, file), 'utf8')] as const);
}

const sources = filesOf('packages/*/src/**/*.{ts,tsx}');
const sidecar = sources.filter(([file]) => file.startsWith(rooms));

describe('the house', () => {
  it('lets each room import only what stands in its row, through the other room’s index', () => {
    expect(sidecar.length).toBeGreaterThan(50);
    expect(sidecar.flatMap(([file, source]) => roomViolations(file, source))).toEqual([]);
  });

  it('lets each package import only what stands in its row', () => {
    expect(sources.flatMap(([file, source]) => packageViolations(file, source))).toEqual([]);
  });

  it('has a row for every room', () => {
    const folders = new Set(
      sidecar
        .map(([file]) => relative(rooms, file))
        .flatMap((file) => (file.includes('/') ? [file.split('/')[0]] : [])),
    );
    folders.delete('composition');
    expect([...folders].filter((folder) => !(folder !== undefined && folder in mayImport))).toEqual([]);
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
    expect(roomViolations(inRoom('store'), "import { x } from '../gateway/index.ts';")).toHaveLength(1);
  });

  it('fails where a room is entered past its door', () => {
    expect(roomViolations(inRoom('gateway'), "import { x } from '../store/sealing.ts';")).toHaveLength(1);
  });

  it('fails where a package imports one it may not', () => {
    const file = join(root, 'packages/client/src/example.ts');
    expect(packageViolations(file, "import { x } from '@postern/sidecar';")).toHaveLength(1);
  });

  it('passes what the table allows', () => {
    expect(roomViolations(inRoom('selection'), "import { x } from '../store/index.ts';")).toEqual([]);
  });
});
