import { z } from 'zod';

/** `GET /health`. `missing` names what is not there: `agent_program`, `os_keychain`, `ui`. */
export const healthSchema = z
  .object({
    status: z.enum(['ok', 'degraded']),
    version: z.string(),
    mode: z.enum(['sandbox', 'live']),
    missing: z.array(z.string()),
  })
  .meta({ id: 'Health' });
export type Health = z.infer<typeof healthSchema>;

/** `POST /session`: the ticket of the window's address for the token of this launch. */
export const sessionRequestSchema = z.strictObject({ ticket: z.string().min(1).max(200) });
export const sessionSchema = z.object({ token: z.string() }).meta({ id: 'Session' });

/** `POST /session/ticket`: another address for a window, good once and for 60 s. */
export const ticketSchema = z.object({ url: z.string(), expiresAt: z.iso.datetime() }).meta({ id: 'Ticket' });
export type Ticket = z.infer<typeof ticketSchema>;

/** A body that says nothing. */
export const emptyBodySchema = z.strictObject({});

/** Answers of routes that have nothing to tell. */
export const doneSchema = z.object({ done: z.literal(true) }).meta({ id: 'Done' });

/** `<dataDir>/sidecar.json` while a sidecar runs. */
export const sidecarFileSchema = z.object({
  pid: z.int().positive(),
  url: z.string(),
  token: z.string(),
  startedAt: z.iso.datetime(),
  version: z.string(),
});
export type SidecarFile = z.infer<typeof sidecarFileSchema>;

/** What a start waits for that only the user can give: an answer to the keychain's own window, or a passphrase. */
export type StartWait = 'keychain' | 'passphrase';

/** `<dataDir>/starting.json` while a sidecar starts and cannot say yet where it listens. */
export interface StartingFile {
  readonly pid: number;
  readonly startedAt: string;
  readonly waitsFor: StartWait | null;
}

/** First line on stdout with `--json`. */
export interface ReadyLine {
  readonly event: 'ready';
  readonly url: string;
  readonly gatewayUrl: string;
  readonly sandboxUrl: string | null;
  readonly dataDir: string;
  readonly pid: number;
  readonly version: string;
}
