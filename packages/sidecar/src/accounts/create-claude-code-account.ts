import { type ClaudeCodeStatus, type ErrorCode, errorTable } from '@postern/contract';
import { type Clock, instant, type Report } from '../credentials/index.ts';
import { InvalidRequestError, QueryFailure, TransientError } from '../errors/index.ts';
import { type ClaudeCodeLoginRun, startClaudeCodeLogin } from './claude-code-login.ts';
import { type ClaudeCodeLogin, probeClaudeCode } from './claude-code-probe.ts';
import { runProgram } from './run-program.ts';

/** A look costs a process of about 0.2 s; it is not repeated sooner than this. */
const keptMs = 15_000;
const logoutTimeoutMs = 20_000;

/** The person's own sign-in to the unmodified program: driven and observed; its token is never seen. */
export interface ClaudeCodeAccount {
  /** Starts a login, or passes a pasted code on to the one that runs. @throws QueryFailure `agent_program_missing`; InvalidRequestError */
  login(pasted: string | null): Promise<ClaudeCodeStatus>;
  cancel(): Promise<ClaudeCodeStatus>;
  /** Signs out in the program itself, and so everywhere it is used with the same settings folder. @throws TransientError */
  logout(): Promise<ClaudeCodeStatus>;
  status(): Promise<ClaudeCodeStatus>;
  /** The last look, for choices that must not wait; null before the first. */
  known(): ClaudeCodeLogin | null;
  close(): void;
}

export interface ClaudeCodeAccountDeps {
  /** Absolute path of the program, or null where it is missing. */
  readonly program: string | null;
  /** What the program is started with; names no credential. */
  readonly environment: Readonly<Record<string, string>>;
  /** In the sandbox no real account may be touched. */
  readonly sandbox: boolean;
  readonly report: Report;
  readonly clock: Clock;
}

export function createClaudeCodeAccount(deps: ClaudeCodeAccountDeps): ClaudeCodeAccount {
  const { clock, environment, program } = deps;
  let run: ClaudeCodeLoginRun | null = null;
  let seen: { readonly login: ClaudeCodeLogin | null; readonly atMs: number } | null = null;
  let lastError: { readonly code: ErrorCode; readonly atMs: number } | null = null;

  async function look(fresh: boolean): Promise<ClaudeCodeLogin | null> {
    if (program === null || deps.sandbox) return null;
    if (!fresh && seen !== null && clock() - seen.atMs < keptMs) return seen.login;
    const before = seen?.login?.signedIn ?? null;
    const login = await probeClaudeCode(program, environment);
    seen = { login, atMs: clock() };
    if (before !== null && before !== (login?.signedIn ?? false))
      deps.report({
        type: 'credential_changed',
        kind: 'claude_code',
        status: login?.signedIn === true ? 'active' : 'absent',
        reason: null,
      });
    return login;
  }

  async function status(fresh = false): Promise<ClaudeCodeStatus> {
    const login = await look(fresh);
    const available = program !== null && !deps.sandbox;
    return {
      state:
        run !== null
          ? 'pending'
          : !available || login === null
            ? 'unavailable'
            : login.signedIn
              ? 'signed_in'
              : 'signed_out',
      account: login?.signedIn === true ? { email: login.email, organization: login.organization } : null,
      subscription: login?.subscription ?? null,
      loginExpiresAt: login?.loginEndsAtMs == null ? null : instant(login.loginEndsAtMs),
      pendingLogin:
        run === null
          ? null
          : {
              authorizationUrl: run.authorizationUrl(),
              startedAt: instant(run.startedAtMs),
              expiresAt: instant(run.expiresAtMs),
            },
      lastError:
        lastError === null
          ? null
          : {
              code: lastError.code,
              title: errorTable[lastError.code].title,
              at: instant(lastError.atMs),
              nextStep: errorTable[lastError.code].nextStep,
            },
    };
  }

  function mustRun(): string {
    if (deps.sandbox) throw new InvalidRequestError('not_in_sandbox');
    if (program === null) throw new QueryFailure('agent_program_missing');
    return program;
  }

  return {
    async login(pasted) {
      const executable = mustRun();
      if (pasted !== null) {
        if (run === null) throw new InvalidRequestError('no_sign_in_pending');
        run.paste(pasted);
        return await status();
      }
      if (run !== null) throw new InvalidRequestError('sign_in_in_progress');
      lastError = null;
      const started = startClaudeCodeLogin(executable, environment, clock());
      run = started;
      void started.done.then(async (exitCode) => {
        if (run !== started) return;
        run = null;
        const login = await look(true);
        if (login?.signedIn !== true && exitCode !== 0)
          lastError = { code: 'authorization_failed', atMs: clock() };
        deps.report({
          type: 'credential_changed',
          kind: 'claude_code',
          status: login?.signedIn === true ? 'active' : 'absent',
          reason: lastError?.code ?? null,
        });
      });
      return await status();
    },
    async cancel() {
      const ended = run;
      run = null;
      ended?.stop();
      return await status();
    },
    async logout() {
      const outcome = await runProgram(mustRun(), ['auth', 'logout'], environment, logoutTimeoutMs);
      const login = await look(true);
      if (outcome === null || login === null || login.signedIn)
        throw new TransientError('agent_failed', {
          sent: true,
          detail: 'The program did not confirm the sign-out.',
        });
      return await status();
    },
    status: () => status(),
    known: () => seen?.login ?? null,
    close() {
      run?.stop();
      run = null;
    },
  };
}
