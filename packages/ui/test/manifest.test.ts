import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const assets = new URL('../public/assets/', import.meta.url);

interface Manifest {
  readonly id: string;
  readonly scope: string;
  readonly icons: readonly { readonly src: string; readonly sizes: string; readonly purpose?: string }[];
}

const manifest = JSON.parse(readFileSync(new URL('postern.webmanifest', assets), 'utf8')) as Manifest;

/** Width and height of a PNG, from its header. */
function sizeOf(path: string): string {
  const bytes = readFileSync(new URL(path.replace('/assets/', ''), assets));
  return `${bytes.readUInt32BE(16)}x${bytes.readUInt32BE(20)}`;
}

it('has every icon of the web app manifest in the size it names, one of them to be masked', () => {
  const pictures = manifest.icons.filter(({ src }) => src.endsWith('.png'));
  expect(pictures.map(({ src }) => sizeOf(src))).toEqual(pictures.map(({ sizes }) => sizes));
  expect(pictures.map(({ sizes }) => sizes)).toEqual(expect.arrayContaining(['192x192', '512x512']));
  expect(manifest.icons.some(({ purpose }) => purpose === 'maskable')).toBe(true);
});

it('keeps an installed window within Postern, whatever its port', () => {
  expect(manifest).toMatchObject({ id: '/', scope: '/' });
});

it('has the icon that a home screen takes', () => {
  const page = readFileSync(new URL('../index.html', import.meta.url), 'utf8');
  expect(page).toContain('href="/assets/postern-180.png" sizes="180x180"');
  expect(sizeOf('/assets/postern-180.png')).toBe('180x180');
});
