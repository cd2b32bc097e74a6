import { isAbsolute, join } from 'node:path';
import { launchScript } from './launch-script.ts';
import type { LauncherFacts, LauncherFile, LauncherPlan } from './launcher-plan.ts';
import { execArgument } from './quoting.ts';

/** Name of the entry: it takes the place of the Debian package's for this user, so that there are never two. */
export const desktopEntryName = 'postern.desktop';

/**
 * A desktop entry with icons, which opens `postern://` links as well, and an entry that starts Postern at login.
 * Source: Desktop Entry Specification 1.5, Icon Theme Specification 0.13, Desktop Application Autostart Specification 0.5,
 * XDG Base Directory Specification 0.8 (a relative directory is ignored).
 */
export function linuxLauncher(facts: LauncherFacts): LauncherPlan {
  const { command, homeDir, environment, icons, startAtLogin } = facts;
  const base = (name: string, ...usual: readonly string[]): string => {
    const given = environment[name] ?? '';
    return isAbsolute(given) ? given : join(homeDir, ...usual);
  };
  const data = base('XDG_DATA_HOME', '.local', 'share');
  const config = base('XDG_CONFIG_HOME', '.config');
  const own = join(data, 'postern-launcher');
  const script = join(own, 'postern-launch');
  const icon = (size: string, name: string, content: Uint8Array): LauncherFile => ({
    path: join(data, 'icons', 'hicolor', size, 'apps', name),
    content,
    mode: 0o644,
  });
  const entry = (path: string, content: string): LauncherFile => ({ path, content, mode: 0o644 });
  const autostart = join(config, 'autostart', desktopEntryName);
  return {
    files: [
      { path: script, content: launchScript(facts), mode: 0o755 },
      icon('scalable', 'postern.svg', icons.svg),
      icon('192x192', 'postern.png', icons.png192),
      icon('512x512', 'postern.png', icons.png512),
      entry(
        join(data, 'applications', desktopEntryName),
        desktopEntry(execArgument(script), !command.includes('--data-dir')),
      ),
      ...(startAtLogin ? [entry(autostart, autostartEntry(execArgument(script)))] : []),
    ],
    recordPath: join(own, 'installed.json'),
    mimeAppsPath: join(config, 'mimeapps.list'),
  };
}

/**
 * The entry of the application menu.
 * @param exec how the program stands in an `Exec` key
 * @param withSandbox also offers the sandbox; not where one folder was named, which then served both
 */
export function desktopEntry(exec: string, withSandbox = true): string {
  const sandbox = `Actions=sandbox;

[Desktop Action sandbox]
Name=Try it in the sandbox
Exec=${exec} --sandbox launch
`;
  return `[Desktop Entry]
Type=Application
Name=Postern
GenericName=Assistant
Comment=Use Claude with the sign-in you are entitled to
Exec=${exec} launch %u
Icon=postern
Terminal=false
Categories=Utility;
Keywords=Claude;agent;assistant;
MimeType=x-scheme-handler/postern;
StartupNotify=false
${withSandbox ? sandbox : ''}`;
}

function autostartEntry(exec: string): string {
  return `[Desktop Entry]
Type=Application
Name=Postern
Comment=Starts Postern without a window
Exec=${exec} start --no-open
Icon=postern
Terminal=false
NoDisplay=true
X-GNOME-Autostart-enabled=true
`;
}
