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
 * looks for the window's files beside its own. Not minified: what is installed can be read.
 */
export async function bundleCode(directory: string): Promise<void> {
  const bundle = await rolldown({
    cwd: checkout,
    input: {
      postern: join(checkout, 'packages/cli/bin/postern.ts'),
      // A thread is started from a file of its own, and so is a process.
      'large-line.worker': join(checkout, 'packages/sidecar/src/agent/history/large-line.worker.ts'),
      'change-preview.worker': join(
        checkout,
        'packages/sidecar/src/agent/permission/change-preview.worker.ts',
      ),
      'keychain.child': join(checkout, 'packages/sidecar/src/store/keychain.child.ts'),
      'call-bound.worker': join(checkout, 'packages/sidecar/src/gateway/call-bound.worker.ts'),
    },
    platform: 'node',
    external: installedPackages.map((name) => new RegExp(`^${name}(/|$)`)),
    // A third party's own `eval`, the only thing it has to say here, is none of ours to change.
    checks: { eval: false },
  });
  try {
    await bundle.write({
      dir: directory,
      format: 'esm',
      chunkFileNames: ({ name, facadeModuleId }) =>
        `${packageOf(facadeModuleId) ?? name.replace(/^src$/, 'shared')}-[hash].js`,
    });
  } finally {
    await bundle.close();
  }
}

/** The workspace package whose face a chunk is: `index` and `src` would say nothing. */
function packageOf(facade: string | null | undefined): string | null {
  return /packages\/([a-z]+)\/src\/index\.ts$/.exec(facade ?? '')?.[1] ?? null;
}
