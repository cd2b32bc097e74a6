import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { z } from 'zod';

const file = createRequire(import.meta.url).resolve('@agentclientprotocol/sdk/schema/v1/schema.json');
const { $schema, $defs } = JSON.parse(readFileSync(file, 'utf8'));

/** What an agent may tell a client, by the schema that the protocol publishes: the library's own client drops what it does not know. */
const sessionNotification = z.fromJSONSchema({ $schema, $ref: '#/$defs/SessionNotification', $defs });

/** @throws ZodError where it is none */
export function assertSessionNotification(params: unknown): void {
  sessionNotification.parse(params);
}
