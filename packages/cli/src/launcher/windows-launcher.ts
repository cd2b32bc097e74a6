import { spawnSync } from 'node:child_process';
import { CommandError } from '../command-error.ts';
import type { LauncherFacts } from './launcher-plan.ts';
import { powerShellText, windowsArgument } from './quoting.ts';

/** Windows itself keeps what a launcher consists of: a shortcut and two entries of the registry, all of this user. */
const places = `$menu = Join-Path ([Environment]::GetFolderPath('Programs')) 'Postern.lnk'
$run = 'HKCU:\\Software\\Microsoft\\Windows\\CurrentVersion\\Run'
$links = 'HKCU:\\Software\\Classes\\postern'
$mark = 'Written by postern install-launcher'
$shell = New-Object -ComObject WScript.Shell
$changed = @()`;

/**
 * PowerShell that makes a shortcut in the Start menu, lets it open `postern://` links, and starts Postern at login if asked to. What is
 * there and does not carry our mark stops it before it changes anything. Not tried: none of us had a Windows.
 * Source: WScript.Shell.CreateShortcut; "Registering an Application to a URI Scheme" and "Run and RunOnce Registry Keys", Microsoft.
 * @param startAtLogin null: as it is
 */
export function windowsInstallScript(
  { command: [program, ...args] }: Pick<LauncherFacts, 'command'>,
  startAtLogin: boolean | null,
): string {
  const words = (...more: readonly string[]) => [...args.map(windowsArgument), ...more].join(' ');
  const whole = (...more: readonly string[]) =>
    powerShellText(`${windowsArgument(program)} ${words(...more)}`);
  return `${places}
if ((Test-Path -LiteralPath $menu) -and ($shell.CreateShortcut($menu).Description -ne $mark)) { Write-Output $menu; exit 3 }
if ((Test-Path -LiteralPath $links) -and ((Get-ItemProperty -LiteralPath $links).WrittenBy -ne $mark)) { Write-Output $links; exit 3 }
$shortcut = $shell.CreateShortcut($menu)
$shortcut.TargetPath = ${powerShellText(program)}
$shortcut.Arguments = ${powerShellText(words('launch'))}
$shortcut.Description = $mark
$shortcut.WindowStyle = 7
$shortcut.Save()
New-Item -Path "$links\\shell\\open\\command" -Force | Out-Null
Set-ItemProperty -LiteralPath $links -Name '(default)' -Value 'URL:Postern'
Set-ItemProperty -LiteralPath $links -Name 'URL Protocol' -Value ''
Set-ItemProperty -LiteralPath $links -Name 'WrittenBy' -Value $mark
Set-ItemProperty -LiteralPath "$links\\shell\\open\\command" -Name '(default)' -Value ${whole('launch', '"%1"')}
$changed += $menu, $links
$wanted = ${startAtLogin === null ? "($null -ne (Get-ItemProperty -LiteralPath $run).'Postern')" : startAtLogin ? '$true' : '$false'}
if ($wanted) {
  Set-ItemProperty -LiteralPath $run -Name 'Postern' -Value ${whole('start', '--no-open')}
  $changed += "$run\\Postern"
} else { Remove-ItemProperty -LiteralPath $run -Name 'Postern' -ErrorAction SilentlyContinue }
$changed
`;
}

/** PowerShell that removes what the other one made. Not tried. */
export const windowsRemoveScript = `${places}
if ((Test-Path -LiteralPath $menu) -and ($shell.CreateShortcut($menu).Description -eq $mark)) { Remove-Item -LiteralPath $menu; $changed += $menu }
if ((Test-Path -LiteralPath $links) -and ((Get-ItemProperty -LiteralPath $links).WrittenBy -eq $mark)) {
  Remove-Item -LiteralPath $links -Recurse
  $changed += $links
  Remove-ItemProperty -LiteralPath $run -Name 'Postern' -ErrorAction SilentlyContinue
}
$changed
`;

/**
 * Runs such a script and gives what it changed.
 * @throws CommandError `launcher_conflict` where something of another is in the way, `launcher_unavailable` where PowerShell fails
 */
export function runPowerShell(script: string, systemRoot: string): readonly string[] {
  const program = `${systemRoot}\\System32\\WindowsPowerShell\\v1.0\\powershell.exe`;
  const encoded = Buffer.from(`$ErrorActionPreference = 'Stop'\n${script}`, 'utf16le').toString('base64');
  const { status, stdout, error } = spawnSync(
    program,
    ['-NoProfile', '-NonInteractive', '-EncodedCommand', encoded],
    { encoding: 'utf8', timeout: 30_000, windowsHide: true, stdio: ['ignore', 'pipe', 'ignore'] },
  );
  const lines = (stdout ?? '').split(/\r?\n/).filter((line) => line !== '');
  if (status === 3)
    throw new CommandError(
      'launcher_conflict',
      `Postern did not write ${lines.join(', ')}. Nothing was changed.`,
    );
  if (status !== 0)
    throw new CommandError('launcher_unavailable', `PowerShell ended with ${status ?? 'no exit code'}.`, {
      cause: error,
    });
  return lines;
}
