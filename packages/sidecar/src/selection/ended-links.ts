import { z } from 'zod';
import type { Clock } from '../credentials/index.ts';
import { loggableError } from '../errors/index.ts';
import type { Store } from '../store/index.ts';
import { parsedOnce } from './parsed-once.ts';

/** Sign-ins whose link to an organization the service said to have ended. Its refusal is the only notice of that there is. */
export interface EndedLinks {
  /** Unix ms at which that was first said; null where it was not. */
  atMs(credentialId: string): number | null;
  /** @throws StoreError */
  note(credentialId: string): void;
  /** It was linked again, or a call was paid for. Never throws. */
  forget(credentialId: string): void;
}

const documentName = 'ended_links';
const schema = z.record(z.string(), z.number());

/** Kept as a document: a link that has ended has ended after a restart as well, and a renewed token does not bring it back. */
export function createEndedLinks(deps: {
  readonly documents: Store['documents'];
  readonly clock: Clock;
  readonly log: (line: string) => void;
}): EndedLinks {
  const { documents } = deps;
  const parse = (document: unknown): Readonly<Record<string, number>> => {
    const parsed = schema.safeParse(document ?? {});
    return parsed.success ? parsed.data : {};
  };
  const linksOf = parsedOnce(parse);
  const atMs = (id: string): number | null => linksOf(documents.read(documentName))[id] ?? null;
  return {
    atMs,
    note(id) {
      documents.update(documentName, (current) => ({ [id]: deps.clock(), ...parse(current) }));
    },
    forget(id) {
      try {
        if (atMs(id) === null) return;
        documents.update(documentName, (current) =>
          Object.fromEntries(Object.entries(parse(current)).filter(([each]) => each !== id)),
        );
      } catch (error) {
        deps.log(`a link that holds again is still noted as ended: ${loggableError(error)}`);
      }
    },
  };
}
