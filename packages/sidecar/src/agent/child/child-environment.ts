import type { ChildAuth } from './child-auth.ts';

/** Name of the variable by which a child's own descendants are found again after they left its process group. */
export const childMarkVariable = 'POSTERN_CHILD';

/**
 * Names that pass from our own environment to the program. No token, no key, no socket of an agent or a bus, no
 * NODE_OPTIONS and no CLAUDE_* or ANTHROPIC_*: what is not named here stays out.
 */
const passed: ReadonlySet<string> = new Set([
  ...['PATH', 'HOME', 'USER', 'LOGNAME', 'SHELL', 'TERM', 'TZ', 'LANG', 'LANGUAGE', 'TMPDIR'],
  ...['XDG_CONFIG_HOME', 'XDG_CACHE_HOME', 'XDG_DATA_HOME', 'XDG_STATE_HOME'],
  ...['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'SSL_CERT_DIR'],
]);

const passedOnWindows: ReadonlySet<string> = new Set([
  ...['SYSTEMROOT', 'SYSTEMDRIVE', 'WINDIR', 'COMSPEC', 'PATHEXT', 'TEMP', 'TMP', 'USERPROFILE', 'USERNAME'],
  ...['APPDATA', 'LOCALAPPDATA', 'PROGRAMDATA', 'PROGRAMFILES', 'PROGRAMFILES(X86)', 'HOMEDRIVE', 'HOMEPATH'],
  ...['PROCESSOR_ARCHITECTURE', 'NUMBER_OF_PROCESSORS', 'CLAUDE_CODE_GIT_BASH_PATH'],
]);

const loopback = '127.0.0.1,localhost,::1';

/**
 * Switches of the program. Scheduled prompts would run while no query is bound (a turn waits for its commands in the background, and for
 * nothing else: `BackgroundWork`); its memory and its
 * fallback without streaming would go round the rules and the gateway. Three retries: the user is waiting. Each command starts in the
 * workspace: where an earlier `cd` led is not in what the user is asked.
 * CLAUDE_CODE_SUBPROCESS_ENV_SCRUB stays off on Linux: without bubblewrap the program refuses to start, and with it
 * every Bash call leaves twenty empty files in the workspace; the sandbox hides the variable instead.
 * Source: program 2.1.330, measured 2026-11-24; names from https://code.claude.com/docs/en/env-vars.
 */
const switches: Readonly<Record<string, string>> = {
  CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
  CLAUDE_CODE_DISABLE_MCP_TASK_BACKGROUND: '1',
  CLAUDE_CODE_DISABLE_CRON: '1',
  CLAUDE_CODE_DISABLE_AUTO_MEMORY: '1',
  CLAUDE_CODE_DISABLE_NONSTREAMING_FALLBACK: '1',
  CLAUDE_CODE_MAX_RETRIES: '3',
  // A request may be held until a plan's reset. How long the service may take is the gateway's to say; with its own watch the program gives up
  // a request without an answer after six minutes. Source: program 2.1.332, measured 2026-11-30: held for 1,300 s with these, one call.
  API_TIMEOUT_MS: String(7 * 24 * 3_600_000),
  API_FORCE_IDLE_TIMEOUT: '0',
  CLAUDE_ENABLE_BYTE_WATCHDOG: '0',
  // What a call may cost at most is reserved under the caps before it is sent. By default the program asks for 128,000 tokens of an answer, of
  // which hardly any uses a quarter: most of a day's cap would stand reserved for each call.
  CLAUDE_CODE_MAX_OUTPUT_TOKENS: '32000',
  CLAUDE_BASH_MAINTAIN_PROJECT_WORKING_DIR: '1',
  // An "@path" in a skill, or in what the model calls it with, would read any file of the user's without a question.
  CLAUDE_CODE_DISABLE_FILE_MENTIONS: '1',
};

/**
 * Managed by host: settings cannot put a credential back, and the program's tools do not get its own in their environment.
 * Never for a sign-in that the program holds itself: it then takes itself for signed out. Source: program 2.1.330, measured.
 */
const managedByHost = 'CLAUDE_CODE_PROVIDER_MANAGED_BY_HOST';

/** What the environment of one child is made of. */
export interface ChildEnvironmentParts {
  readonly base: Readonly<Record<string, string | undefined>>;
  readonly auth: Pick<ChildAuth, 'authentication' | 'isManaged'>;
  /** `CLAUDE_CONFIG_DIR`; null for the program's own default. */
  readonly configDir: string | null;
  readonly version: string;
  readonly platform: NodeJS.Platform;
  /** Random; every descendant of the child carries it. */
  readonly mark: string;
}

/**
 * The whole environment of the program, from an allow-list, with exactly one way to authenticate. A proxy is passed for
 * https only, never for loopback, and only where its URL holds no password.
 */
export function childEnvironment(parts: ChildEnvironmentParts): Record<string, string> {
  const environment = passedEnvironment(parts.base, parts.platform);
  Object.assign(environment, switches);
  if (parts.platform !== 'linux') environment['CLAUDE_CODE_SUBPROCESS_ENV_SCRUB'] = '1';
  if (parts.auth.isManaged) environment[managedByHost] = '1';
  if (parts.configDir !== null) environment['CLAUDE_CONFIG_DIR'] = parts.configDir;
  environment['CLAUDE_AGENT_SDK_CLIENT_APP'] = `postern/${parts.version}`;
  environment[childMarkVariable] = parts.mark;
  for (const [name, value] of Object.entries(parts.auth.authentication)) {
    environment[name] = typeof value === 'string' ? value : value.reveal();
  }
  return environment;
}

/**
 * The part of our own environment that passes to a program: names of the allow-list, and a proxy for https only, never for
 * loopback and only where its URL holds no password. Names no credential.
 */
export function passedEnvironment(
  base: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const [name, value] of Object.entries(base)) {
    if (value !== undefined && passes(name, platform)) environment[name] = value;
  }
  const proxy = base['HTTPS_PROXY'] ?? base['https_proxy'];
  if (proxy !== undefined && isProxyWithoutPassword(proxy)) environment['HTTPS_PROXY'] = proxy;
  const exceptions = base['NO_PROXY'] ?? base['no_proxy'];
  environment['NO_PROXY'] =
    exceptions === undefined || exceptions === '' ? loopback : `${exceptions},${loopback}`;
  return environment;
}

function passes(name: string, platform: NodeJS.Platform): boolean {
  if (platform === 'win32') {
    const upper = name.toUpperCase();
    return passed.has(upper) || passedOnWindows.has(upper);
  }
  return passed.has(name) || /^LC_[A-Z]+$/.test(name);
}

function isProxyWithoutPassword(value: string): boolean {
  const url = URL.parse(value);
  return url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
}
