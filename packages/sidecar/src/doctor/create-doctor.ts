import { type Diagnostics, errorTable, type Finding } from '@postern/contract';
import { instant } from '../credentials/index.ts';
import { Failure } from '../errors/index.ts';
import { credentialFindings } from './credential-findings.ts';
import type { DoctorDeps } from './doctor-deps.ts';
import { notice, ok, problem } from './finding.ts';
import { proxyFindings, reachFindings } from './reach.ts';
import { signInServerFindings } from './sign-in-server-findings.ts';

/** Variables of other programs that would choose a credential; Postern's children never see them. */
const conflicting = [
  'ANTHROPIC_API_KEY',
  'ANTHROPIC_AUTH_TOKEN',
  'CLAUDE_CODE_OAUTH_TOKEN',
  'ANTHROPIC_BASE_URL',
  'CLAUDE_CODE_USE_BEDROCK',
  'CLAUDE_CODE_USE_VERTEX',
] as const;

/** The module's main export: looks at everything once and says what it found. With `tryCredentials` each makes one free call. */
export function createDoctor(
  deps: DoctorDeps,
): (options: { readonly tryCredentials: boolean }) => Promise<Diagnostics> {
  return async ({ tryCredentials }) => {
    const groups = await Promise.all([
      // After the credentials: reading them asks a keychain that was not asked before.
      orFinding(credentialFindings(deps, tryCredentials)).then((credentials) => [
        ...storeFindings(deps),
        ...credentials,
      ]),
      lossFindings(deps),
      settingsFindings(deps),
      programFindings(deps),
      workspaceFindings(deps),
      environmentFindings(deps),
      orFinding(signInServerFindings(deps)),
      reachFindings(deps.reach, 'The API', deps.apiBaseUrl, deps.clock),
    ]);
    return {
      at: instant(deps.clock()),
      version: deps.version,
      platform: `${process.platform} ${process.arch}, Node ${process.versions.node}, ${deps.mode}`,
      findings: groups.flat(),
    };
  };
}

/** What cannot be looked at is found, too: the rest is looked at all the same. */
async function orFinding(findings: Promise<Finding[]>): Promise<Finding[]> {
  try {
    return await findings;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const { title, nextStep } = errorTable[error.code];
    return [problem(error.code, `${title}. ${error.detail}`, nextStep)];
  }
}

function storeFindings({ store, mode }: DoctorDeps): Finding[] {
  const { kind, healthy, persisted, detail } = store.health();
  const code = `store_${kind}`;
  const place =
    store.warning === null
      ? []
      : [
          notice(
            'data_dir_shared',
            store.warning,
            'Keep it on a disk of this machine: --data-dir or POSTERN_DATA_DIR.',
          ),
        ];
  if (!healthy)
    return [
      ...place,
      problem(
        code,
        detail,
        kind === 'os_keychain'
          ? 'Unlock or start the keychain. If the sealing key will not come back, start over: postern store reset'
          : 'Make room on the disk, or let Postern write to its data directory. It tries again automatically.',
      ),
    ];
  if (persisted || mode === 'sandbox') return [...place, ok(code, detail)];
  return [
    ...place,
    notice(code, detail, 'Start with --store os_keychain or --store passphrase_file to keep sign-ins.'),
  ];
}

function lossFindings({ store }: DoctorDeps): Finding[] {
  return store.losses.map((text) =>
    problem(
      'storage_lost',
      text,
      'Sign in and set up again what is missing, or stop Postern and put the files back from a backup.',
    ),
  );
}

function settingsFindings({ settings }: DoctorDeps): Finding[] {
  const unreadable = settings.unreadable();
  if (unreadable.length === 0) return [];
  return [
    problem(
      'settings_unreadable',
      `Settings that could not be read count as the strictest: ${unreadable.join(', ')}.`,
      'Open Settings and choose them again.',
    ),
  ];
}

async function programFindings({ program, isolation }: DoctorDeps): Promise<Finding[]> {
  if (program === null)
    return [
      problem(
        'agent_program_missing',
        'The Agent SDK’s program is not there.',
        errorTable.agent_program_missing.nextStep,
      ),
    ];
  const { mode, reason } = await isolation();
  const isolated =
    mode === 'sandboxed'
      ? ok('agent_sandboxed', `What the agent starts runs in a sandbox: ${reason}`)
      : notice(
          'agent_rules_only',
          `What the agent starts is not sandboxed (${reason}): a command you allow can read what you can read.`,
          process.platform === 'linux'
            ? 'Install bubblewrap and socat; allow commands only when you know what they do.'
            : 'Allow commands only when you know what they do.',
        );
  return [ok('agent_program', 'The Agent SDK’s program is there.'), isolated];
}

async function workspaceFindings({ agent }: DoctorDeps): Promise<Finding[]> {
  const { parent, unusable } = await agent.ownWorkspace();
  const text = unusable.join('; ');
  const { title, nextStep } = errorTable.workspace_unavailable;
  if (parent === null) return [problem('workspace_unavailable', `${title}: ${text}.`, nextStep)];
  if (unusable.length === 0)
    return [ok('own_workspace', `Conversations without a folder work in ${parent}.`)];
  return [
    notice(
      'workspace_temporary',
      `Conversations without a folder work in ${parent}, because ${text}.`,
      'Files there are lost when the system empties it: choose a folder, or make that place writable.',
    ),
  ];
}

function environmentFindings({ environment }: DoctorDeps): Finding[] {
  const set = conflicting.filter((name) => (environment[name] ?? '') !== '');
  const conflict =
    set.length === 0
      ? []
      : [
          notice(
            'conflicting_variables',
            `Set for other programs: ${set.join(', ')}. Postern ignores them.`,
            'Unset them if you did not mean other programs to use them either.',
          ),
        ];
  return [...conflict, ...proxyFindings(environment)];
}
