import { z } from 'zod';
import { Secret } from '../secret/index.ts';
import type { Codec } from './codec.ts';

const sealedApiKeySchema = z.object({ api_key: z.string().min(1) });

/** An API key, and back. */
export const apiKeyCodec: Codec<Secret> = {
  name: 'api_key',
  format: 1,
  toText: (key) => JSON.stringify({ api_key: key.reveal() }),
  fromText: (text) => new Secret(sealedApiKeySchema.parse(JSON.parse(text)).api_key),
};

const sealedServerSecretSchema = z.object({ mcp_secret: z.string().min(1) });

/** A secret of an MCP server, and back. */
export const serverSecretCodec: Codec<Secret> = {
  name: 'mcp_secret',
  format: 1,
  toText: (secret) => JSON.stringify({ mcp_secret: secret.reveal() }),
  fromText: (text) => new Secret(sealedServerSecretSchema.parse(JSON.parse(text)).mcp_secret),
};
