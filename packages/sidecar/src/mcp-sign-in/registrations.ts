import { z } from 'zod';
import type { Documents } from '../store/index.ts';

const documentName = 'mcp_sign_ins';

/** The client that a sign-in at an MCP server is for. Holds no secret: Postern is a public client there. */
const registrationSchema = z.object({
  /** Address of the MCP server: for another one it counts as absent. */
  url: z.string(),
  /** Source: RFC 8707, section 2. */
  resource: z.string(),
  issuer: z.string(),
  clientId: z.string(),
  redirectUri: z.string(),
  /** Scopes that are asked for. */
  scopes: z.array(z.string()),
  /** A sign-in with this client has worked: it is used again. */
  proven: z.boolean(),
});
export type Registration = z.infer<typeof registrationSchema>;

/** Registrations by the key of their server. */
export interface Registrations {
  keys(): readonly string[];
  read(key: string): Registration | null;
  /** null removes it. @throws StoreError */
  write(key: string, registration: Registration | null): void;
}

export function createRegistrations(documents: Documents): Registrations {
  const parse = (document: unknown): Record<string, unknown> =>
    typeof document === 'object' && document !== null ? { ...document } : {};
  const all = (): Record<string, unknown> => parse(documents.read(documentName));
  return {
    keys: () => Object.keys(all()),
    read(key) {
      const found = all();
      return Object.hasOwn(found, key) ? (registrationSchema.safeParse(found[key]).data ?? null) : null;
    },
    write(key, registration) {
      documents.update(documentName, (current) => {
        const { [key]: _before, ...others } = parse(current);
        return registration === null ? others : { ...others, [key]: registration };
      });
    },
  };
}
