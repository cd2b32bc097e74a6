import { join } from 'node:path';
import { launchScript } from './launch-script.ts';
import type { LauncherFacts, LauncherFile, LauncherPlan } from './launcher-plan.ts';
import { xmlText } from './quoting.ts';

/** Name of the login item. The plist that the packages bring has another, so that neither takes the other's place. */
const agentLabel = 'org.postern.launcher';

/**
 * `~/Applications/Postern.app`, and a launch agent that starts Postern at login. Not tried: none of us had a Mac. It takes no
 * `postern://` links: macOS hands a link over as an Apple event, which a script cannot receive, and an app that claimed them would lose
 * them. Source: Apple, "Bundle Programming Guide" and launchd.plist(5).
 */
export function macosLauncher(facts: LauncherFacts): LauncherPlan {
  const { homeDir, icons, startAtLogin } = facts;
  const contents = join(homeDir, 'Applications', 'Postern.app', 'Contents');
  const script = join(contents, 'MacOS', 'postern-launch');
  const text = (path: string, content: string): LauncherFile => ({ path, content, mode: 0o644 });
  const agent = join(homeDir, 'Library', 'LaunchAgents', `${agentLabel}.plist`);
  return {
    files: [
      { path: script, content: appScript(facts), mode: 0o755 },
      { path: join(contents, 'Resources', 'postern.icns'), content: icns(icons.png512), mode: 0o644 },
      text(join(contents, 'Info.plist'), infoPlist),
      ...(startAtLogin ? [text(agent, agentPlist(script))] : []),
    ],
    recordPath: join(homeDir, 'Library', 'Application Support', 'postern-launcher', 'installed.json'),
    mimeAppsPath: null,
  };
}

/** An app is started without arguments: then it opens the window. */
function appScript(facts: LauncherFacts): string {
  return launchScript(facts).replace(/^program=/m, '[ $# -gt 0 ] || set -- launch\n$&');
}

/** One picture of 512 by 512 pixels. Source: the icns format: a magic, a length, and an entry `ic09` that holds PNG. */
function icns(png: Uint8Array): Uint8Array {
  const part = (type: string, content: Uint8Array): Buffer => {
    const head = Buffer.alloc(8);
    head.write(type, 'latin1');
    head.writeUInt32BE(content.length + head.length, 4);
    return Buffer.concat([head, content]);
  };
  return part('icns', part('ic09', png));
}

function plist(body: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
${body}</dict>
</plist>
`;
}

const infoPlist = plist(`  <key>CFBundleIdentifier</key>
  <string>org.postern.launcher</string>
  <key>CFBundleName</key>
  <string>Postern</string>
  <key>CFBundlePackageType</key>
  <string>APPL</string>
  <key>CFBundleExecutable</key>
  <string>postern-launch</string>
  <key>CFBundleIconFile</key>
  <string>postern.icns</string>
  <key>CFBundleShortVersionString</key>
  <string>1.0</string>
  <key>CFBundleVersion</key>
  <string>1</string>
  <key>LSUIElement</key>
  <true/>
`);

function agentPlist(script: string): string {
  return plist(`  <key>Label</key>
  <string>${agentLabel}</string>
  <key>ProgramArguments</key>
  <array>
    <string>${xmlText(script)}</string>
    <string>start</string>
    <string>--no-open</string>
  </array>
  <key>RunAtLoad</key>
  <true/>
  <key>Umask</key>
  <integer>63</integer>
`);
}
