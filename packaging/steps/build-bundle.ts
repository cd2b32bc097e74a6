import { cpSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { bundleCode } from './bundle-code.ts';
import { checkout } from './places.ts';
import { writeManifest } from './write-manifest.ts';
import { writeNotices } from './write-notices.ts';

/** What lies beside the code. */
const beside: readonly (readonly [from: string, to: string])[] = [
  ['LICENSE', 'LICENSE'],
  ['packaging/installed-readme.md', 'README.md'],
  ['packaging/launch.cjs', 'launch.cjs'],
  ['packaging/linux/postern.service', 'share/postern.service'],
  ['packaging/linux/postern.desktop', 'share/postern.desktop'],
  ['packaging/macos/org.postern.sidecar.plist', 'share/org.postern.sidecar.plist'],
];

/** Builds `<output>/postern` anew and gives its path. @throws Error where the window was not built */
export async function buildBundle(output: string): Promise<string> {
  const ui = join(checkout, 'packages/ui/dist');
  if (!existsSync(join(ui, 'index.html'))) throw new Error('The window is not built: npm run build');
  const directory = resolve(output, 'postern');
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  await bundleCode(directory);
  writeManifest(directory);
  writeNotices(directory);
  cpSync(ui, join(directory, 'ui'), { recursive: true });
  for (const [from, to] of beside) cpSync(join(checkout, from), join(directory, to));
  return directory;
}
