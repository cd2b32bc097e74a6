import {
  chmodSync,
  copyFileSync,
  cpSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { rolldown } from 'rolldown';
import { packArchive } from '../executable/program-archive.ts';
import { checkout } from './places.ts';
import { readManifest } from './read-manifest.ts';
import { runTool } from './run-tool.ts';

/** By this mark Node finds out that something was put into it. Source: https://nodejs.org/docs/latest-v24.x/api/single-executable-applications.html. */
const fuse = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';

/** Of the packages that are installed, not bundled, what the program runs; not the Agent SDK's own program, 381 MB. */
const packagesInside: readonly (readonly [name: string, files: readonly string[]])[] = [
  ['@anthropic-ai/claude-agent-sdk', ['package.json', 'sdk.mjs', 'LICENSE.md', 'README.md']],
  ['@napi-rs/keyring', ['package.json', 'index.js', 'LICENSE']],
  [`@napi-rs/keyring-${process.platform}-${process.arch}-gnu`, ['package.json', '*.node', 'LICENSE*']],
];

/**
 * Builds `<output>/linux/postern` around a bundle: the Node that runs this, with the bundle and the packages it needs inside.
 * @throws Error where a tool is missing or fails
 */
export async function buildExecutable(bundle: string, output: string): Promise<string> {
  const executable = resolve(output, 'linux', 'postern');
  mkdirSync(dirname(executable), { recursive: true });
  rmSync(executable, { force: true });
  const work = mkdtempSync(join(tmpdir(), 'postern-executable-'));
  try {
    const config = await writeConfig(bundle, work);
    await runTool(process.execPath, ['--experimental-sea-config', config]);
    copyFileSync(process.execPath, executable);
    chmodSync(executable, 0o755);
    await runTool('postject', [executable, 'NODE_SEA_BLOB', join(work, 'blob'), '--sentinel-fuse', fuse]);
    return executable;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** The description by which Node makes the block that is put into it. */
async function writeConfig(bundle: string, work: string): Promise<string> {
  const main = join(work, 'main.cjs');
  const start = await rolldown({
    cwd: checkout,
    input: join(checkout, 'packaging/executable/main.ts'),
    platform: 'node',
  });
  await start.write({ file: main, format: 'cjs' });
  await start.close();

  const program = join(work, 'program');
  writeFileSync(program, packArchive(filesOf(layOut(bundle, join(work, 'files')))));
  const sdkVersion = join(work, 'sdk-version');
  writeFileSync(sdkVersion, readManifest(bundle).dependencies['@anthropic-ai/claude-agent-sdk'] ?? '');
  const config = join(work, 'config.json');
  writeFileSync(
    config,
    JSON.stringify({
      main,
      output: join(work, 'blob'),
      disableExperimentalSEAWarning: true,
      assets: { program, 'sdk-version': sdkVersion },
      // Certificates that the system trusts; and nothing that NODE_OPTIONS could load into a program that holds credentials.
      execArgv: ['--use-system-ca'],
      execArgvExtension: 'none',
    }),
  );
  return config;
}

/** Of the Node that runs this: it lies beside an official build, and whoever hands a Node on hands it on too. */
export const nodeLicence = resolve(dirname(process.execPath), '..', 'LICENSE');

/** The bundle with the packages it needs, as npm would have laid them out. */
function layOut(bundle: string, directory: string): string {
  cpSync(bundle, directory, { recursive: true });
  cpSync(nodeLicence, join(directory, 'node-licence.txt'));
  for (const [name, patterns] of packagesInside) {
    const from = join(checkout, 'node_modules', name);
    const files = globSync([...patterns], { cwd: from });
    if (files.length === 0) throw new Error(`${name} is not installed`);
    for (const file of files) cpSync(join(from, file), join(directory, 'node_modules', name, file));
  }
  return directory;
}

function filesOf(directory: string) {
  return globSync('**/*', { cwd: directory })
    .filter((path) => statSync(join(directory, path)).isFile())
    .map((path) => ({ path, bytes: readFileSync(join(directory, path)) }));
}
