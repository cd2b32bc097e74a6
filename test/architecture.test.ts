import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  agentRules,
  filesOf,
  foldersWithoutRow,
  importsOf,
  mayReveal,
  packageViolations,
  rooms,
  roomViolations,
  root,
  sidecarRules,
  topViolations,
  uiRules,
} from './import-rules.ts';

const sources = filesOf('packages/*/src/**/*.{ts,tsx}');
const sidecar = sources.filter(([file]) => file.startsWith(rooms));

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
    const entries = [
      ...['packages/sidecar/src/main.ts', 'packages/cli/bin/postern.ts'],
      // Makes Node look at the system's time zone again, and takes nothing from it.
      'packages/sidecar/src/ledger/present-time-zone.ts',
    ];
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
    const files = globSync(
      ['packages/**/*.{ts,tsx,css}', 'test/**/*.{ts,mjs}', 'bench/**/*.ts', 'examples/**/*.ts'],
      {
        cwd: root,
        exclude: ['**/node_modules', '**/dist'],
      },
    );
    expect(files.length).toBeGreaterThan(1000);
    const lines = (file: string): number => readFileSync(join(root, file), 'utf8').split('\n').length - 1;
    expect(files.filter((file) => lines(file) > 300)).toEqual([]);
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
