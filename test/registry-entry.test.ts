import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { authMethods } from '../packages/cli/src/acp/auth-methods.ts';
import { writeManifest } from '../packaging/steps/write-manifest.ts';
import { writeRegistryEntry } from '../packaging/steps/write-registry-entry.ts';

const output = mkdtempSync(join(tmpdir(), 'postern-registry-'));
afterAll(() => rmSync(output, { recursive: true, maxRetries: 5 }));
const directory = writeRegistryEntry(output);
const entry = JSON.parse(readFileSync(join(directory, 'agent.json'), 'utf8'));

test('the entry for the registry of ACP agents starts the version it names, of the package that is installed', () => {
  writeManifest(output);
  const { name, version } = JSON.parse(readFileSync(join(output, 'package.json'), 'utf8'));
  expect(entry).toMatchObject({
    id: name,
    version,
    distribution: { npx: { package: `${name}@${version}` } },
  });
  expect(entry.distribution.npx.args).toEqual(['acp']);
});

test('it is what the registry’s schema and its checks ask for', () => {
  expect(entry.id).toMatch(/^[a-z][a-z0-9-]*$/);
  expect(basename(directory)).toBe(entry.id);
  expect(entry.version).toMatch(/^\d+\.\d+\.\d+$/);
  for (const text of [entry.name, entry.description, entry.license]) expect(text).not.toBe('');
  expect(new URL(entry.license_url).protocol).toBe('https:');
  const icon = readFileSync(join(directory, 'icon.svg'), 'utf8');
  expect(icon).toMatch(/<svg[^>]* width="16" height="16" viewBox="0 0 16 16">/);
  const colours = [...icon.matchAll(/(?:fill|stroke)="([^"]*)"/g)].map(([, colour]) => colour);
  expect(colours).toEqual(['currentColor']);
  // A method without a type is one of the agent's own.
  expect(authMethods({}, ['node', 'postern.js'])).toContainEqual(
    expect.not.objectContaining({ type: expect.anything() }),
  );
});
