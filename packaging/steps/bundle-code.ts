import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { checkout } from './places.ts';

/**
 * Packages that are installed, not bundled: one carries a program of its own for each platform and another party's licence, the
 * other a native library. Everything else goes into the bundle, at the versions of our lock file.
 */
export const installedPackages = ['@anthropic-ai/claude-agent-sdk', '@napi-rs/keyring'] as const;

/**
 * Bundles the command line with the sidecar, and the sandbox as a chunk of its own, as ES modules that lie side by side: the sidecar
 * looks for the window's files beside its own. Not minified: what is installed can be read. Comments stay in our sources:
 * here they would be kept in memory.
 */
export async function bundleCode(directory: string): Promise<void> {
  await write(directory, 'esm', {
    postern: join(checkout, 'packages/cli/bin/postern.ts'),
    // A thread is started from a file of its own, and so is a process.
    'large-line.worker': join(checkout, 'packages/sidecar/src/agent/history/large-line.worker.ts'),
    'change-preview.worker': join(checkout, 'packages/sidecar/src/agent/permission/change-preview.worker.ts'),
    'keychain.child': join(checkout, 'packages/sidecar/src/store/keychain.child.ts'),
    'log-checkpoint.worker': join(checkout, 'packages/sidecar/src/store/log-checkpoint.worker.ts'),
    'call-bound.worker': join(checkout, 'packages/sidecar/src/gateway/call-bound.worker.ts'),
    'print-assertion.program': join(checkout, 'packages/sandbox/src/platform/print-assertion.program.ts'),
  });
  // A status bar waits for it: one small file that needs no module loader.
  await write(directory, 'cjs', { statusline: join(checkout, 'packages/cli/bin/statusline.ts') });
}

async function write(
  directory: string,
  format: 'esm' | 'cjs',
  input: Readonly<Record<string, string>>,
): Promise<void> {
  const bundle = await rolldown({
    cwd: checkout,
    input,
    platform: 'node',
    external: installedPackages.map((name) => new RegExp(`^${name}(/|$)`)),
    // A third party's own `eval`, the only thing it has to say here, is none of ours to change.
    checks: { eval: false },
  });
  try {
    const { output } = await bundle.generate({
      format,
      comments: { legal: true, annotation: false, jsdoc: false },
      entryFileNames: format === 'cjs' ? '[name].cjs' : '[name].js',
      chunkFileNames: ({ name, facadeModuleId }) =>
        `${packageOf(facadeModuleId) ?? name.replace(/^src$/, 'shared')}-[hash].js`,
    });
    for (const file of output) {
      if (file.type === 'asset') throw new Error(`${file.fileName} is no code`);
      writeFileSync(join(directory, file.fileName), asciiOnly(file.code));
    }
  } finally {
    await bundle.close();
  }
}

/**
 * V8 keeps the source of everything it has loaded, and two bytes for each character of a file with one beyond Latin-1: a single
 * typographic quote doubles a megabyte. A parser reads the escape as the character, in texts, templates, patterns and names alike, but behind
 * a backslash and in `String.raw`.
 * @throws Error where it would be read as something else
 */
function asciiOnly(code: string): string {
  const [other] = readOtherwise.exec(code) ?? [];
  if (other !== undefined) throw new Error(`cannot be written in ASCII: ${other.slice(-80)}`);
  return code.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

const readOtherwise = /(?<!\\)(?:\\\\)*\\[\u0080-\uffff]|String\.raw`[^`]*[\u0080-\uffff]/;

/** The workspace package whose face a chunk is: `index` and `src` would say nothing. */
function packageOf(facade: string | null | undefined): string | null {
  return /packages\/([a-z]+)\/src\/index\.ts$/.exec(facade ?? '')?.[1] ?? null;
}
