import { mkdir } from 'node:fs/promises';
import { type ClaudeCodeStatus, type ErrorCode, errorTable } from '@postern/contract';
import { type Clock, type ConversationHome, instant, type Report, statedTime } from '../credentials/index.ts';
import { InvalidRequestError, QueryFailure, TransientError } from '../errors/index.ts';
import { type ClaudeCodeLoginRun, startClaudeCodeLogin } from './claude-code-login.ts';
import { type ClaudeCodeLogin, probeClaudeCode } from './claude-code-probe.ts';
import { runProgram } from './run-program.ts';

/** A look costs a process of about 0.2 s; it is not repeated sooner than this. */
const keptMs = 15_000;
/** A query is in a hurry, and the look would take the processor from it. */
const keptForQueriesMs = 60_000;
const logoutTimeoutMs = 20_000;
/** The user needs a browser and a moment, as with a sign-in of our own. */
const fiveMinutesMs = 5 * 60_000;

/** The user's sign-in to the unmodified program: driven and observed; its token is never seen. */
export interface ClaudeCodeAccount {
  readonly home: ConversationHome;
  /** Starts a login, or passes a pasted code on to the one that runs. @throws QueryFailure `agent_program_missing`; InvalidRequestError */
  login(pasted: string | null): Promise<ClaudeCodeStatus>;
  cancel(): Promise<ClaudeCodeStatus>;
  /** Signs out in the program itself, and so everywhere it is used with the same settings folder. @throws TransientError */
  logout(): Promise<ClaudeCodeStatus>;
  /** Looks again where the last look is old. */
  status(): Promise<ClaudeCodeStatus>;
  /** As of the last look, for what must not wait; where that is old another is begun, and a change is reported. */
  seenStatus(): Promise<ClaudeCodeStatus>;
  /** The last look, for choices that must not wait; null before the first. */
  known(): ClaudeCodeLogin | null;
  /** Unix ms at which the login ends: as a run of the program last said it, else as the last look did; null where it is not known. */
  loginEndsAtMs(): number | null;
  /** A run of the program said when the login ends (Unix ms). */
  noteLoginEnd(atMs: number): void;
  /** Waits for the first look; a later one is begun where the last is old, and not waited for. */
  refresh(): Promise<void>;
  /** Ends what runs, and waits until it has left. */
  close(): Promise<void>;
}

/** What accounts of the program have in common. */
export interface ClaudeCodeAccountDeps {
  /** Absolute path of the program, or null where it is missing. */
  readonly program: string | null;
  /** What the program is started with; names no credential and no settings folder. */
  readonly environment: Readonly<Record<string, string>>;
  /** In the sandbox no real account may be touched. */
  readonly sandbox: boolean;
  readonly report: Report;
  readonly clock: Clock;
  /** A new login: what was remembered of the previous one no longer holds. */
  readonly onSignedIn: (id: string) => void;
  /** A login runs on where we are killed: this records it for the next start, which ends it. What it gives is called when it has left. */
  readonly recordProgram: (program: { readonly pid: number; readonly program: string }) => () => void;
  /** How long a login may take; default five minutes. */
  readonly loginLifeMs?: number;
}

export function createClaudeCodeAccount(
  deps: ClaudeCodeAccountDeps,
  home: ConversationHome,
): ClaudeCodeAccount {
  const { clock, program } = deps;
  const environment = {
    ...deps.environment,
    ...(home.variable === null ? {} : { CLAUDE_CONFIG_DIR: home.variable }),
  };
  const available = program !== null && !deps.sandbox;
  const closed = new AbortController();
  let run: ClaudeCodeLoginRun | null = null;
  let seen: { readonly login: ClaudeCodeLogin | null; readonly atMs: number } | null = null;
  let looking: Promise<ClaudeCodeLogin | null> | null = null;
  /** Of the present login. */
  let saidEndMs: number | null = null;
  let lastError: { readonly code: ErrorCode; readonly atMs: number } | null = null;

  async function probe(executable: string): Promise<ClaudeCodeLogin | null> {
    const before = seen?.login?.signedIn ?? null;
    const login = await probeClaudeCode(executable, environment, closed.signal);
    if (closed.signal.aborted) return null;
    seen = { login, atMs: clock() };
    if (before !== null && before !== (login?.signedIn ?? false)) report(login, null);
    return login;
  }

  /** Questions at the same time share a look; a fresh one begins after whatever is under way. */
  async function look(oldestMs: number): Promise<ClaudeCodeLogin | null> {
    if (program === null || deps.sandbox || closed.signal.aborted) return null;
    // A look that lies in the future is from before the clock was set back.
    const ageMs = seen === null || seen.atMs > clock() ? Number.POSITIVE_INFINITY : clock() - seen.atMs;
    if (seen !== null && ageMs < oldestMs) return seen.login;
    if (oldestMs === 0) await looking;
    looking ??= probe(program).finally(() => {
      looking = null;
    });
    return await looking;
  }

  function report(login: ClaudeCodeLogin | null, reason: ErrorCode | null): void {
    const status = login?.signedIn === true ? 'active' : 'absent';
    deps.report({ type: 'credential_changed', kind: 'claude_code', status, reason });
  }

  const loginEndsAtMs = (): number | null => saidEndMs ?? seen?.login?.loginEndsAtMs ?? null;

  function statusOf(login: ClaudeCodeLogin | null): ClaudeCodeStatus {
    const endsAtMs = loginEndsAtMs();
    return {
      state: stateOf(login),
      account: login?.signedIn === true ? { email: login.email, organization: login.organization } : null,
      subscription: login?.subscription ?? null,
      loginExpiresAt: login === null || endsAtMs === null ? null : instant(endsAtMs),
      pendingLogin:
        run === null
          ? null
          : {
              authorizationUrl: run.authorizationUrl(),
              startedAt: instant(run.startedAtMs),
              expiresAt: instant(run.expiresAtMs),
            },
      ...(available ? { signOutAlsoEnds: signOutAlsoEnds(home) } : {}),
      lastError: lastError === null ? null : errorView(lastError.code, lastError.atMs),
    };
  }

  const status = async (): Promise<ClaudeCodeStatus> => statusOf(await look(keptMs));

  /** Waits for the first look only. */
  async function lastLook(oldestMs: number): Promise<ClaudeCodeLogin | null> {
    const looked = look(oldestMs);
    return seen === null ? await looked : seen.login;
  }

  function stateOf(login: ClaudeCodeLogin | null): ClaudeCodeStatus['state'] {
    if (run !== null) return 'pending';
    if (!available || login === null) return 'unavailable';
    return login.signedIn ? 'signed_in' : 'signed_out';
  }

  function mustRun(): string {
    if (deps.sandbox) throw new InvalidRequestError('not_in_sandbox');
    if (program === null) throw new QueryFailure('agent_program_missing');
    return program;
  }

  async function begin(executable: string): Promise<void> {
    if (isOurs(home)) await mkdir(home.configDir, { recursive: true, mode: 0o700 });
    if (run !== null) throw new InvalidRequestError('sign_in_in_progress');
    lastError = null;
    const started = startClaudeCodeLogin(executable, environment, {
      nowMs: clock(),
      lifeMs: deps.loginLifeMs ?? fiveMinutesMs,
    });
    run = started;
    const { pid } = started;
    const forget = pid === null ? null : deps.recordProgram({ pid, program: executable });
    void started.done.then(async ({ exitCode, expired }) => {
      forget?.();
      if (run !== started) return;
      const login = await look(0);
      if (run !== started) return;
      run = null;
      const isGood = exitCode === 0 && login?.signedIn === true;
      if (isGood) {
        saidEndMs = null;
        deps.onSignedIn(home.id);
      } else lastError = { code: expired ? 'sign_in_expired' : 'authorization_failed', atMs: clock() };
      report(login, lastError?.code ?? null);
    });
  }

  function end(): void {
    run?.stop();
    run = null;
  }

  return {
    home,
    async login(pasted) {
      const executable = mustRun();
      if (pasted === null) await begin(executable);
      else if (run === null) throw new InvalidRequestError('no_sign_in_pending');
      else run.paste(pasted);
      return await status();
    },
    async cancel() {
      end();
      return await status();
    },
    async logout() {
      const executable = mustRun();
      end();
      const args = ['auth', 'logout'];
      const outcome = await runProgram(executable, args, environment, logoutTimeoutMs, closed.signal);
      const login = await look(0);
      if (outcome === null || login === null || login.signedIn)
        throw new TransientError('agent_failed', {
          sent: true,
          detail: 'The program did not confirm the sign-out.',
        });
      lastError = null;
      saidEndMs = null;
      return await status();
    },
    status,
    seenStatus: async () => statusOf(await lastLook(keptMs)),
    loginEndsAtMs,
    noteLoginEnd(atMs) {
      saidEndMs = statedTime(atMs);
    },
    known: () => seen?.login ?? null,
    async refresh() {
      await lastLook(keptForQueriesMs);
    },
    async close() {
      closed.abort();
      const ending = run?.done;
      end();
      await Promise.all([ending, looking]);
    },
  };
}

/** A folder in Postern's data directory: no other program uses it. */
function isOurs(home: ConversationHome): boolean {
  return home.keepAway.length === 0;
}

/** What signing out ends besides what is seen here, in one sentence for the user. */
function signOutAlsoEnds(home: ConversationHome): string {
  return isOurs(home)
    ? 'This login lies in a settings folder of Postern’s own: signing out ends it here and nowhere else.'
    : `Signing out also signs out every other program that uses the settings folder ${home.configDir}, Claude Code in a terminal among them.`;
}

function errorView(code: ErrorCode, atMs: number): NonNullable<ClaudeCodeStatus['lastError']> {
  const { title, nextStep } = errorTable[code];
  return { code, title, at: instant(atMs), nextStep };
}
