import {
  chmodSync,
  cpSync,
  globSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { nodeLicence } from './build-executable.ts';
import { manualPage } from './manual-page.ts';
import { checkout } from './places.ts';
import { type Manifest, readManifest } from './read-manifest.ts';
import { runTool } from './run-tool.ts';

const architectures: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };
const linux = join(checkout, 'packaging/linux');

/**
 * Builds `<output>/linux/postern_<version>_<architecture>.deb` around the executable and the bundle it was made of: the program, manual
 * page, completion, launcher and icon, and a user unit that nobody has to enable. Nothing runs at its installation.
 */
export async function buildDeb(executable: string, bundle: string, output: string): Promise<string> {
  const manifest = readManifest(bundle);
  const architecture = architectures[process.arch];
  if (architecture === undefined) throw new Error(`no Debian architecture for ${process.arch}`);
  const tree = mkdtempSync(join(tmpdir(), 'postern-deb-'));
  try {
    await fill(tree, { executable, bundle, manifest });
    put(tree, 'DEBIAN/control', control(manifest, architecture, kibibytesOf(tree)));
    const deb = resolve(output, 'linux', `postern_${manifest.version}_${architecture}.deb`);
    mkdirSync(dirname(deb), { recursive: true });
    // Zstandard: a second where xz takes minutes. Debian 12 and Ubuntu 18.04 read it.
    await runTool('dpkg-deb', ['--root-owner-group', '-Zzstd', '--build', tree, deb]);
    return deb;
  } finally {
    rmSync(tree, { recursive: true, force: true });
  }
}

async function fill(
  tree: string,
  from: { readonly executable: string; readonly bundle: string; readonly manifest: Manifest },
): Promise<void> {
  const { executable, bundle, manifest } = from;
  chmodSync(tree, 0o755);
  const program = put(tree, 'usr/lib/postern/postern', executable, { copy: true, mode: 0o755 });
  mkdirSync(join(tree, 'usr/bin'));
  symlinkSync('../lib/postern/postern', join(tree, 'usr/bin/postern'));

  put(tree, 'usr/lib/systemd/user/postern.service', join(linux, 'postern.service'), { copy: true });
  put(tree, 'usr/share/applications/postern.desktop', join(linux, 'postern.desktop'), { copy: true });
  for (const [size, name, shipped] of [
    ['scalable', 'postern.svg', 'postern.svg'],
    ['192x192', 'postern.png', 'postern-192.png'],
    ['512x512', 'postern.png', 'postern-512.png'],
  ] as const)
    put(tree, `usr/share/icons/hicolor/${size}/apps/${name}`, join(bundle, 'ui/assets', shipped), {
      copy: true,
    });
  put(tree, 'usr/share/man/man1/postern.1.gz', gzipSync(manualPage(manifest.version)));
  put(tree, 'usr/share/doc/postern/copyright', join(linux, 'copyright'), { copy: true });
  const notices = readFileSync(join(bundle, 'third-party-notices.txt'));
  put(tree, 'usr/share/doc/postern/third-party-notices.txt.gz', gzipSync(notices));
  put(tree, 'usr/share/doc/postern/node-licence.txt.gz', gzipSync(readFileSync(nodeLicence)));

  for (const [shell, path] of [
    ['bash', 'usr/share/bash-completion/completions/postern'],
    ['zsh', 'usr/share/zsh/vendor-completions/_postern'],
    ['fish', 'usr/share/fish/vendor_completions.d/postern.fish'],
  ] as const)
    put(tree, path, await runTool(program, ['completion', shell]));
}

function put(
  tree: string,
  path: string,
  content: string | Uint8Array,
  options: { readonly copy?: boolean; readonly mode?: number } = {},
): string {
  const target = join(tree, path);
  mkdirSync(dirname(target), { recursive: true, mode: 0o755 });
  if (options.copy === true) cpSync(String(content), target);
  else writeFileSync(target, content);
  chmodSync(target, options.mode ?? 0o644);
  return target;
}

/** As `du -k` of the files counts it. Source: Debian Policy Manual 4.7, section 5.6.20. */
function kibibytesOf(tree: string): number {
  return globSync('**/*', { cwd: tree })
    .map((path) => lstatSync(join(tree, path)))
    .reduce((sum, { size }) => sum + Math.ceil(size / 1024), 0);
}

function control(manifest: Manifest, architecture: string, installedKib: number): string {
  return `Package: postern
Version: ${manifest.version}
Architecture: ${architecture}
Maintainer: The Postern authors <postern@localhost>
Installed-Size: ${installedKib}
Depends: libc6 (>= 2.28), libgcc-s1, libstdc++6
Recommends: bubblewrap, socat
Suggests: gnome-keyring, chromium
Section: utils
Priority: optional
Description: local door to Claude, with the sign-in you are entitled to
 A sidecar and app that runs your prompts through the Claude Agent SDK's
 own program, keeps your credentials sealed, and always says who pays. The
 Agent SDK's program is not in this package: npm installs it.
 .
 Independent; not made by Anthropic.
`;
}
