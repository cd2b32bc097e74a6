import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AgentDocuments } from './agent-ports.ts';
import { ChildRegistry } from './child-registry.ts';
import { createDenyRules, isPlainPath } from './deny-rules.ts';
import type { ProbeDeps, RulesVerdict } from './probe-deny-rules.ts';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'postern-rules-'));
  writeFileSync(join(root, 'program'), 'one');
});
afterAll(async () => await rm(root, { recursive: true }));

function room(verdicts: readonly RulesVerdict[], documents: AgentDocuments = inMemory()) {
  let asked = 0;
  const subject: ProbeDeps = {
    program: join(root, 'program'),
    settings: { permissions: { deny: ['Read(//data/**)'] } },
    dataDirs: ['/data'],
    baseEnvironment: {},
    version: '0',
    children: new ChildRegistry(root),
    log: () => undefined,
  };
  const open = (more: Partial<ProbeDeps> = {}) =>
    createDenyRules({ documents, subject: async () => ({ ...subject, ...more }) }, async () => {
      asked += 1;
      return verdicts[asked - 1] ?? 'unknown';
    });
  return { open, asked: () => asked };
}

function inMemory(): AgentDocuments {
  const all = new Map<string, unknown>();
  return {
    read: (name) => all.get(name) ?? null,
    update(name, change) {
      all.set(name, change(all.get(name) ?? null));
      return all.get(name);
    },
  };
}

describe('the rules that keep the agent out of the data directory', () => {
  it('are probed once for one program, path and set of rules, restarts included', async () => {
    const { open, asked } = room(['hold', 'hold', 'hold']);
    const rules = open();
    await Promise.all([rules.hold(), rules.hold()]);
    await open().hold();
    expect(asked()).toBe(1);
    await open({ dataDirs: ['/other'] }).hold();
    await open({ dataDirs: ['/other'], settings: {} }).hold();
    expect(asked()).toBe(3);
    writeFileSync(join(root, 'program'), 'another');
    await expect(open({ dataDirs: ['/other'], settings: {} }).hold()).rejects.toThrow();
    expect(asked()).toBe(4);
  });

  it('stop every query where they leak, and are asked about again', async () => {
    const { open, asked } = room(['leak', 'unknown', 'hold']);
    const rules = open();
    await expect(rules.hold()).rejects.toMatchObject({
      code: 'unsafe_storage',
      detail: expect.stringContaining('--data-dir'),
    });
    await expect(rules.hold()).rejects.toMatchObject({ code: 'agent_failed' });
    await rules.hold();
    await rules.hold();
    expect(asked()).toBe(3);
  });
});

describe('a path that is written in a rule as it is', () => {
  it.each(['/home/me/.local/share/postern', '/home/jörg/Postern Data', '/srv/a-b_c+d@e~1,2=3:4'])(
    '%s',
    (path) => {
      expect(isPlainPath(path, 'linux')).toBe(true);
    },
  );

  it.each([
    '/a\\b',
    '/a[b]',
    '/a{b}',
    '/!a',
    '/#a',
    '/a*',
    '/a?',
    '/ a',
    '/a ',
    '/a /b',
    '/a\nb',
    '/a(b)',
    '/u\u0308',
  ])('is not %j', (path) => {
    expect(isPlainPath(path, 'linux')).toBe(false);
  });

  it('has its backslashes on Windows', () => {
    expect(isPlainPath('C:\\Users\\me\\AppData\\Local', 'win32')).toBe(true);
    expect(isPlainPath('C:\\Users\\[me]', 'win32')).toBe(false);
  });
});
