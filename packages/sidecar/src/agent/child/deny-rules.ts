import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { z } from 'zod';
import { QueryFailure } from '../../errors/index.ts';
import type { AgentDocuments } from './agent-ports.ts';
import { type ProbeDeps, probeDenyRules } from './probe-deny-rules.ts';

/** Makes sure that the rules which keep the agent's tools out of the data directory do so, with this program and for this path. */
export interface DenyRules {
  /**
   * Settles once that is known; asks the program at most once for one program, path and set of rules, restarts included. No query goes on before.
   * @throws QueryFailure `unsafe_storage` where they do not hold, `agent_failed` where the program cannot be asked; the next call asks again
   */
  hold(): Promise<void>;
}

const documentName = 'deny_rules';
const schema = z.object({ held: z.string() });

/** @param probe replaced in tests */
export function createDenyRules(
  deps: {
    readonly documents: AgentDocuments;
    /** What is to be probed, once that is known. @throws QueryFailure `agent_program_missing` */
    readonly subject: () => Promise<ProbeDeps>;
  },
  probe: typeof probeDenyRules = probeDenyRules,
): DenyRules {
  let holding: Promise<void> | null = null;

  async function make(): Promise<void> {
    const subject = await deps.subject();
    const fingerprint = await fingerprintOf(subject);
    const known = schema.safeParse(deps.documents.read(documentName));
    if (known.success && known.data.held === fingerprint) return;
    const verdict = await probe(subject);
    if (verdict === 'hold') {
      deps.documents.update(documentName, () => ({ held: fingerprint }));
      return;
    }
    if (!subject.children.isClosed)
      subject.log('warn', `the rules that keep the agent out of the data directory: ${verdict}`);
    if (verdict === 'leak') throw new QueryFailure('unsafe_storage', leaking);
    throw new QueryFailure('agent_failed', unasked);
  }

  return {
    hold() {
      holding ??= make().catch((error: unknown) => {
        holding = null;
        throw error;
      });
      return holding;
    },
  };
}

const leaking =
  'The agent’s program does not keep its tools out of a directory of this name, so no query runs. Choose another one with --data-dir.';
const unasked =
  'The agent’s program could not be asked whether it keeps its tools out of the data directory. Send it again; if it keeps happening, run postern doctor.';

/** Another program, path or rule is another question. */
async function fingerprintOf({ program, settings, dataDirs }: ProbeDeps): Promise<string> {
  const { size, mtimeMs } = await stat(program);
  const asked = JSON.stringify([program, size, mtimeMs, settings.permissions, dataDirs]);
  return createHash('sha256').update(asked).digest('hex');
}

/**
 * Whether a path is written in a rule as it is. For any other the start waits for the answer, because it is more likely to be no; the others
 * are asked about while the first query is still being written.
 */
export function isPlainPath(path: string, platform: NodeJS.Platform = process.platform): boolean {
  const slashed = platform === 'win32' ? path.replaceAll('\\', '/') : path;
  return /^(?:[\p{L}\p{N}_./:@+=,~-]|(?<=[^\s/]) (?=[^\s/]))*$/u.test(slashed);
}
