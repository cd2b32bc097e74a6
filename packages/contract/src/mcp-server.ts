import { z } from 'zod';
import { instantSchema } from './credential.ts';
import {
  holdSecret,
  holdsPassword,
  isMcpSecretName,
  isMcpServerName,
  isReservedVariable,
  isSecretName,
} from './mcp-names.ts';

/** Most servers of the user's own, and of one conversation beside them. */
export const mostMcpServers = 50;

const secretNameSchema = z.string().refine(isMcpSecretName, 'no name of a secret');
/** A text, or the name of a sealed secret. */
const valueSchema = z.union([z.string().max(8192), z.strictObject({ secret: secretNameSchema })]);
type Value = z.infer<typeof valueSchema>;

const noLiteralSecret = (values: Record<string, Value>): boolean =>
  Object.entries(values).every(([name, value]) => typeof value !== 'string' || !isSecretName(name));
const secretByName = 'a secret is given by name: {"secret": "NAME"}';

const envSchema = z
  .record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/), valueSchema)
  .refine(
    (values) => !Object.keys(values).some(isReservedVariable),
    'a variable that belongs to Claude or Postern',
  )
  .refine(noLiteralSecret, secretByName);

const headersSchema = z
  .record(z.string().regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}$/), valueSchema)
  .refine(noLiteralSecret, secretByName);

const argsSchema = z.array(z.string().max(8192)).max(100);

/** A server that is a program on this machine. */
const stdioSchema = z.strictObject({
  type: z.literal('stdio').optional(),
  command: z.string().min(1).max(4096),
  args: argsSchema
    .refine((args) => !holdSecret(args), 'arguments without a secret: put it into env, as {"secret": "NAME"}')
    .optional(),
  env: envSchema.optional(),
  /** False: it stays in the list and is not started. */
  enabled: z.boolean().optional(),
});

/** A server that is reached over HTTP; without a type it is `http` (Streamable HTTP). */
const remoteSchema = z.strictObject({
  type: z.enum(['http', 'sse']).optional(),
  url: z
    .url({ protocol: /^https?$/ })
    .max(4096)
    .refine((url) => !holdsPassword(url), 'an address without a password; give it as a header'),
  headers: headersSchema.optional(),
  /** For a server that wants a sign-in and takes only clients that are registered there. */
  oauth: z
    .strictObject({
      clientId: z.string().regex(/^[!-~]{1,512}$/),
      /** Port of the redirect URI `http://127.0.0.1:PORT/callback` that is registered; default: any. */
      callbackPort: z.int().min(1024).max(65_535).optional(),
    })
    .optional(),
  enabled: z.boolean().optional(),
});

/** One of the user's own MCP servers, as in `.mcp.json`, with secrets by name. */
export const mcpServerSchema = z.union([stdioSchema, remoteSchema]);
export type McpServer = z.infer<typeof mcpServerSchema>;

/** The user's own MCP servers by name. */
export const mcpServersSchema = z
  .record(z.string().refine(isMcpServerName, 'no name of an MCP server'), mcpServerSchema)
  .refine((servers) => Object.keys(servers).length <= mostMcpServers, `at most ${mostMcpServers} servers`);

const literalsSchema = z.record(z.string().min(1).max(128), z.string().max(16_384)).optional();

/** MCP servers of an editor, by name, with the values it has for them: started only in a folder that the user trusts. */
export const editorServersSchema = z
  .record(
    z.string().refine(isMcpServerName, 'no name of an MCP server'),
    z.union([
      // What an editor gives a program, in whatever way, is the user's choice there.
      stdioSchema.omit({ enabled: true }).extend({ args: argsSchema.optional(), env: literalsSchema }),
      remoteSchema.omit({ enabled: true, oauth: true }).extend({ headers: literalsSchema }),
    ]),
  )
  .refine((servers) => Object.keys(servers).length <= mostMcpServers, `at most ${mostMcpServers} servers`);
export type EditorServers = z.infer<typeof editorServersSchema>;

const statusSchema = z.enum(['connected', 'failed', 'needs_sign_in', 'left_out']);

const signInStateSchema = z.enum(['none', 'signed_out', 'waiting', 'signed_in', 'ended']);

/** Where a server is from: the trusted folder, the user's settings, or the editor that speaks to Postern. */
const originSchema = z.enum(['folder', 'own', 'editor']);

/** Of a query's stream: how an MCP server stands, where it does not work. */
export const mcpServerEventSchema = z.object({
  name: z.string(),
  origin: originSchema,
  status: statusSchema,
  /** Why; null where it is connected. */
  reason: z.string().nullable(),
  nextStep: z.string().nullable(),
});
export type McpServerState = z.infer<typeof mcpServerEventSchema>;

/** `GET /mcp-servers`: the user's own servers, and the names of the sealed secrets. Never a value. */
export const mcpServerListSchema = z
  .object({
    items: z.array(
      z.object({
        name: z.string(),
        kind: z.enum(['stdio', 'http', 'sse']),
        /** The program with its arguments, or the address. */
        target: z.string(),
        enabled: z.boolean(),
        /** How it stood when it was last used since Postern started; null: it has not been used. */
        status: statusSchema.nullable(),
        reason: z.string().nullable(),
        nextStep: z.string().nullable(),
        /** Names of secrets it refers to that are not there. */
        missingSecrets: z.array(z.string()),
        /**
         * Postern's sign-in at it, where it wants one: `ended` can be used no longer, `waiting` is open in a browser; `none`: a program, or
         * its headers hold what it takes.
         */
        signIn: signInStateSchema,
        /** It is known to offer a sign-in: it said so when one was begun, or its tokens are here. */
        offersSignIn: z.boolean().optional(),
      }),
    ),
    secrets: z.array(z.object({ name: z.string(), usedBy: z.array(z.string()) })),
  })
  .meta({ id: 'McpServerList' });
export type McpServerList = z.infer<typeof mcpServerListSchema>;
export type McpServerView = McpServerList['items'][number];

/** Of `POST /mcp-servers/{name}/sign-in` and `/sign-out`: which server. */
export const mcpSignInRequestSchema = z
  .strictObject({
    /** Folder whose `.mcp.json` has the server, which must be trusted; without it the server is one of the user's own. */
    workspace: z.string().min(1).max(4096).optional(),
  })
  .meta({ id: 'McpSignInRequest' });
export type McpSignInRequest = z.infer<typeof mcpSignInRequestSchema>;

/** A sign-in at an MCP server that waits for the browser. */
export const mcpSignInStartedSchema = z
  .object({
    /** To be opened in a browser. */
    authorizationUrl: z.string(),
    expiresAt: instantSchema,
  })
  .meta({ id: 'McpSignInStarted' });
export type McpSignInStarted = z.infer<typeof mcpSignInStartedSchema>;

/** How Postern's sign-in at an MCP server stands. */
export const mcpSignInSchema = z
  .object({
    state: signInStateSchema,
    /** Why the last sign-in ended without tokens; null: it did not. */
    problem: z.string().nullable(),
  })
  .meta({ id: 'McpSignIn' });
export type McpSignIn = z.infer<typeof mcpSignInSchema>;

/** `POST /mcp-secrets`: seals a value that servers refer to by name; null removes it. Write-only. */
export const mcpSecretRequestSchema = z
  .strictObject({
    name: secretNameSchema,
    value: z
      .string()
      .min(1)
      .max(16_384)
      .regex(/^[^\0\r\n]*$/)
      .nullable(),
  })
  .meta({ id: 'McpSecretRequest' });
export type McpSecretRequest = z.infer<typeof mcpSecretRequestSchema>;
