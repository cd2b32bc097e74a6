import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findClaudeProgram } from '../../packaging/executable/find-claude-program.ts';
import { packArchive, readArchive } from '../../packaging/executable/program-archive.ts';
import { unpackProgram } from '../../packaging/executable/unpack-program.ts';
import { type TestPlace, testPlace } from './installed-program.ts';

let place: TestPlace;
beforeEach(() => {
  place = testPlace();
});
afterEach(() => place.close());

function archiveOf(files: Readonly<Record<string, string>>) {
  const packed = packArchive(
    Object.entries(files).map(([path, text]) => ({ path, bytes: Buffer.from(text) })),
  );
  return readArchive(new Uint8Array(packed).buffer);
}

describe('the files of the single executable', () => {
  const archive = archiveOf({ 'postern.js': 'export {};', 'ui/assets/a.js': 'a', empty: '' });

  it('lie below the cache, readable by their owner only, and come back as they were packed', () => {
    const directory = unpackProgram(archive, join(place.path, 'cache'));
    expect(directory).toBe(join(place.path, 'cache/postern/program', archive.id));
    expect(readFileSync(join(directory, 'ui/assets/a.js'), 'utf8')).toBe('a');
    expect(readFileSync(join(directory, 'empty'), 'utf8')).toBe('');
    expect([directory, join(directory, 'postern.js')].map((path) => statSync(path).mode & 0o777)).toEqual([
      0o700, 0o600,
    ]);
  });

  it('are left alone where they are the same', () => {
    const file = join(unpackProgram(archive, place.path), 'postern.js');
    const before = statSync(file).ino;
    unpackProgram(archive, place.path);
    expect(statSync(file).ino).toBe(before);
  });

  it('are written anew where somebody changed, shortened or linked one', () => {
    const directory = unpackProgram(archive, place.path);
    const [code, page, elsewhere] = [
      join(directory, 'postern.js'),
      join(directory, 'ui/assets/a.js'),
      join(place.path, 'elsewhere'),
    ];
    writeFileSync(page, '');
    writeFileSync(elsewhere, 'export {};');
    rmSync(code);
    // The right bytes for now: whoever owns the link's end could change them later.
    symlinkSync(elsewhere, code);
    unpackProgram(archive, place.path);
    expect([readFileSync(code, 'utf8'), readFileSync(page, 'utf8')]).toEqual(['export {};', 'a']);
    expect(lstatSync(code).isFile()).toBe(true);
    writeFileSync(code, 'steal();');
    unpackProgram(archive, place.path);
    expect(readFileSync(code, 'utf8')).toBe('export {};');
    expect(readFileSync(elsewhere, 'utf8')).toBe('export {};');
  });

  it('are not written through a link that stands in the way', () => {
    mkdirSync(join(place.path, 'cache/postern'), { recursive: true });
    mkdirSync(join(place.path, 'elsewhere'));
    symlinkSync(join(place.path, 'elsewhere'), join(place.path, 'cache/postern/program'));
    expect(() => unpackProgram(archive, join(place.path, 'cache'))).toThrow(/not a link/);
  });

  it('take the right to write from others where a directory had given it', () => {
    mkdirSync(join(place.path, 'postern'));
    chmodSync(join(place.path, 'postern'), 0o777);
    unpackProgram(archive, place.path);
    expect(statSync(join(place.path, 'postern')).mode & 0o777).toBe(0o700);
  });

  it('are kept apart by a name that changes with every byte', () => {
    const ids = [{ a: '1' }, { a: '2' }, { b: '1' }, { a: '1', b: '' }].map((files) => archiveOf(files).id);
    expect(new Set(ids).size).toBe(4);
  });

  it('cannot be packed under a path that leads out', () => {
    for (const path of ['../a', '/a', 'a/../../b', 'a//b', './a', 'a\\b', ''])
      expect(() => archiveOf({ [path]: '' }), path).toThrow(/cannot be packed/);
  });
});

describe('the search for the Agent SDK’s program', () => {
  const sdk = '@anthropic-ai/claude-agent-sdk';
  const search = (environment: Readonly<Record<string, string>> = {}) =>
    findClaudeProgram({
      executable: join(place.path, 'opt/postern'),
      platform: 'linux-x64',
      sdkVersion: '0.3.332',
      environment,
    });

  function install(directory: string, version: string): string {
    const program = join(place.path, directory, `${sdk}-linux-x64`, 'claude');
    mkdirSync(join(program, '..'), { recursive: true });
    writeFileSync(join(program, '../package.json'), JSON.stringify({ version }));
    writeFileSync(program, '', { mode: 0o755 });
    return program;
  }

  it('finds nothing on a machine without one', () => {
    expect(search({ PATH: '/nowhere:relative' })).toBe(null);
  });

  it('takes the installed one of its very version, and no other', () => {
    const bin = join(place.path, 'usr/bin');
    install('usr/lib/node_modules', '0.3.329');
    expect(search({ PATH: bin })).toBe(null);
    const nested = install(`usr/lib/node_modules/${sdk}/node_modules`, '0.3.332');
    expect(search({ PATH: bin })).toBe(nested);
  });

  it('prefers one in a node_modules above, then one beside it, then the one that was named', () => {
    install('usr/lib/node_modules', '0.3.332');
    const above = install('node_modules', '0.3.332');
    const environment = { PATH: join(place.path, 'usr/bin') };
    expect(search(environment)).toBe(above);
    const beside = join(place.path, 'opt/claude');
    mkdirSync(join(place.path, 'opt'));
    writeFileSync(beside, '', { mode: 0o755 });
    expect(search(environment)).toBe(beside);
    expect(search({ ...environment, POSTERN_CLAUDE_PROGRAM: '/named' })).toBe('/named');
  });
});
