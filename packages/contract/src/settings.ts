import { z } from 'zod';
import { isAbsolutePath } from './absolute-path.ts';
import { fileTools, longestRule, parseAllowRule } from './allow-rule.ts';
import { credentialKindSchema, instantSchema } from './credential.ts';
import { mcpServersSchema } from './mcp-server.ts';
import { modelNameSchema, openText } from './open-text.ts';
import { permissionModes } from './permission-mode.ts';

/** Version of the settings record. A record of a newer one is never opened for writing. */
export const settingsSchemaVersion = 1;

const askPolicySchema = z.enum(['allow', 'ask', 'never']);

/** US dollars; null means no cap. */
const capSchema = z.number().min(0).max(100_000).nullable();

/**
 * When another credential may pay, and how much may be spent of what no plan covers. Each model call is checked before it is sent. A cap
 * that is left out is none.
 */
export const fallbackPolicySchema = z.strictObject({
  onAuthFailure: askPolicySchema,
  /** `wait`: the request is held until the window resets, and resumes automatically. */
  onUsageLimit: z.enum(['allow', 'ask', 'wait', 'never']),
  /** For `wait`: longer than this it is not waited. Left out: six hours. */
  waitAtMostHours: z.number().min(0).max(168).optional(),
  capUsdPerDay: capSchema,
  capUsdPerTurn: capSchema.optional(),
  capUsdPerMonth: capSchema.optional(),
  /** Separate for each workspace. */
  capUsdPerWorkspacePerDay: capSchema.optional(),
});
export type FallbackPolicy = z.infer<typeof fallbackPolicySchema>;

const credentialOrderSchema = z
  .array(credentialKindSchema)
  .length(4)
  .refine((order) => new Set(order).size === order.length, 'each kind once');

/** `kind:name`, as `GET /credentials` lists it. */
export const credentialIdSchema = z
  .string()
  .regex(/^(?:oauth|claude_code|console_profile|api_key):[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/);

/** Accounts in the order in which those of one kind are tried; one that is not named comes after them. */
const accountsSchema = z
  .array(
    z.strictObject({ id: credentialIdSchema, label: openText(z.string().trim().min(1).max(80)).nullable() }),
  )
  .max(100)
  .refine((accounts) => new Set(accounts.map(({ id }) => id)).size === accounts.length, 'each account once');

/** A rule (allow-rule.ts). A file tool's bare name is taken as well, and means that tool in the workspace's own folder. */
const allowRuleSchema = openText(z.string().max(longestRule)).refine(
  (text) => parseAllowRule(text) !== null || fileTools.some((tool) => tool === text),
  'no rule that can be kept',
);

export const permissionModeSchema = z.enum(permissionModes);

const chosenShape = {
  credentialOrder: credentialOrderSchema,
  fallback: fallbackPolicySchema,
  /** Absolute path; null means an empty directory of its own for each conversation. */
  workspace: openText(z.string().min(1).max(4096)).refine(isAbsolutePath, 'an absolute path').nullable(),
  model: modelNameSchema.nullable(),
  permissionMode: permissionModeSchema,
  /** Workspace path → what is allowed there without a question, as rules such as `Bash(npm test)` or `Write(/projects/**)`. */
  alwaysAllow: z.record(z.string().max(4096), z.array(allowRuleSchema).max(200)),
  theme: z.enum(['system', 'light', 'dark']),
  accounts: accountsSchema.optional(),
  /** Workspace path → the credential that is tried first there. */
  workspaceCredential: z.record(z.string().min(1).max(4096), credentialIdSchema).optional(),
  /** False: no program is started ahead or kept between turns; answers begin later, and less memory is used. Default true. */
  warmPrograms: z.boolean().optional(),
  /** True: notices of plan windows are also shown by the system, where it has a way of its own. Default false. */
  desktopNotices: z.boolean().optional(),
  /** The user’s own MCP servers by name; secrets in them are names of sealed ones (`POST /mcp-secrets`). */
  mcpServers: mcpServersSchema.optional(),
  /**
   * There once an earlier version's remembered answers were made narrower: how many, and how many are asked for again. The window says it
   * once and sets it to null.
   */
  narrowedRules: z
    .object({ narrowed: z.int().min(0), dropped: z.int().min(0) })
    .nullable()
    .optional(),
};

/** What the user chose; the part of the settings that is stored as such. */
export const chosenSettingsSchema = z.strictObject(chosenShape);
export type ChosenSettings = z.infer<typeof chosenSettingsSchema>;

/** Defaults (docs/spec/contract.md#settings). */
export const defaultSettings: ChosenSettings = {
  credentialOrder: ['oauth', 'claude_code', 'console_profile', 'api_key'],
  fallback: { onAuthFailure: 'allow', onUsageLimit: 'ask', capUsdPerDay: 5 },
  workspace: null,
  model: null,
  permissionMode: 'ask',
  alwaysAllow: {},
  theme: 'system',
};

/**
 * A Console API key: `sk-ant-api`, then letters, digits, `_`, `-`; 20 to 512 characters in all.
 * Source: docs/spec/contract.md#settings.
 */
export const apiKeySchema = z
  .string()
  .min(20)
  .max(512)
  .regex(/^sk-ant-api[A-Za-z0-9_-]+$/);

/** `GET /settings`, and the answer of `POST /settings`. */
export const settingsSchema = z
  .object({
    schemaVersion: z.literal(settingsSchemaVersion),
    oauthProvider: z.string().nullable(),
    hasOAuthToken: z.boolean(),
    oauthExpiresAt: instantSchema.nullable(),
    hasApiKey: z.boolean(),
    apiKey: z.object({ last4: z.string() }).nullable(),
    hasClaudeCodeLogin: z.boolean(),
    hasConsoleProfile: z.boolean(),
    ...chosenShape,
    /** Read-only: members whose stored value cannot be read. They count as the strictest until they are set again. */
    unreadable: z.array(z.string()).optional(),
  })
  .meta({ id: 'Settings' });
export type Settings = z.infer<typeof settingsSchema>;

/**
 * `POST /settings`: any part of what can be chosen. `apiKey` is write-only, null clears it; `apiKeys` the same for keys
 * beside the first one, by id (`api_key:<name>`).
 */
export const settingsPatchSchema = z
  .strictObject({
    ...chosenShape,
    fallback: fallbackPolicySchema.partial(),
    /** Takes back one remembered answer. Write-only. */
    forgetRule: z.strictObject({ workspace: z.string().max(4096), rule: z.string().min(1).max(longestRule) }),
    apiKey: apiKeySchema.nullable(),
    apiKeys: z.record(z.string().regex(/^api_key:[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/), apiKeySchema.nullable()),
  })
  .partial()
  .meta({ id: 'SettingsPatch' });
export type SettingsPatch = z.infer<typeof settingsPatchSchema>;
