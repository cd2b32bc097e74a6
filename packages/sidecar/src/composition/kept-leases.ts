import { z } from 'zod';
import { loggableError } from '../errors/index.ts';
import type { KeptLease, KeptLeases } from '../gateway/index.ts';
import type { Documents } from '../store/index.ts';

const documentName = 'leases';

const leaseSchema = z.strictObject({
  leaseId: z.uuid(),
  hash: z.string().length(44),
  label: z.string(),
  createdAtMs: z.number(),
  expiresAtMs: z.number(),
  capUsd: z.number().positive().nullable(),
  model: z.string().nullable(),
  credential: z.string().nullable(),
  port: z.int().min(1).max(65_535),
});

/** Leases in a document of the store. What cannot be read as one is none: a program then has to be started again. */
export function createKeptLeases(deps: {
  readonly documents: Documents;
  readonly log: (line: string) => void;
}): KeptLeases {
  const { documents, log } = deps;

  function change(what: string, next: (leases: readonly KeptLease[]) => readonly KeptLease[]): void {
    try {
      documents.update(documentName, (current) => next(leasesIn(current)));
    } catch (error) {
      log(`a lease could not be ${what}: ${loggableError(error)}`);
    }
  }

  return {
    all() {
      try {
        return leasesIn(documents.read(documentName));
      } catch (error) {
        log(`leases could not be read: ${loggableError(error)}`);
        return [];
      }
    },
    add: (lease) => change('written down', (leases) => [...leases, lease]),
    remove: (leaseId) => change('struck out', (leases) => leases.filter((each) => each.leaseId !== leaseId)),
  };
}

function leasesIn(document: unknown): readonly KeptLease[] {
  if (!Array.isArray(document)) return [];
  return document.flatMap((each: unknown) => {
    const { data } = leaseSchema.safeParse(each);
    return data === undefined ? [] : [data];
  });
}
