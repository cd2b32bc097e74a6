import { z } from 'zod';
import { credentialRefSchema, instantSchema } from './credential.ts';

/** The stored sign-in in one word (docs/spec/contract.md#status). */
export const signInStates = [
  'signed_out',
  'pending',
  'signed_in',
  'refresh_failing',
  'reauthorization_required',
  'misconfigured',
] as const;
export type SignInState = (typeof signInStates)[number];

/** Where the sealing key is kept. */
export const storeKinds = ['os_keychain', 'passphrase_file', 'memory'] as const;
export type StoreKind = (typeof storeKinds)[number];

export const revocationSchema = z.enum(['done', 'pending', 'unsupported']);
export type Revocation = z.infer<typeof revocationSchema>;

export const pendingSignInSchema = z.object({
  signInId: z.string(),
  authorizationUrl: z.url(),
  expiresAt: instantSchema,
});

/** Health of the secret storage. `detail` is one sentence for the user. */
export const storeHealthSchema = z.object({
  kind: z.enum(storeKinds),
  persisted: z.boolean(),
  healthy: z.boolean(),
  detail: z.string(),
});
export type StoreHealth = z.infer<typeof storeHealthSchema>;

/** `GET /auth/anthropic/status`. `connected` is true only after a real call was accepted. */
export const authStatusSchema = z
  .object({
    state: z.enum(signInStates),
    connected: z.boolean(),
    expiresAt: instantSchema.nullable(),
    expiresSoon: z.boolean(),
    refreshable: z.boolean(),
    scopes: z.array(z.string()),
    account: z
      .object({
        email: z.string().nullable(),
        organization: z.string().nullable(),
        name: z.string().optional(),
        /** Of linked billing: which link these tokens bill. */
        connectionId: z.string().optional(),
      })
      .nullable(),
    provider: z.string().nullable(),
    /** Who pays for this sign-in: a plan, or by request the organization that is linked. Never a plan with linked billing. */
    billing: z.enum(['plan', 'linked_organization']),
    /** Its tokens come from the operator: there is nothing to connect or disconnect. */
    supplied: z.boolean(),
    fallbackAvailable: z.boolean(),
    activeCredential: credentialRefSchema.extend({ since: instantSchema, reason: z.string() }).nullable(),
    store: storeHealthSchema,
    pendingSignIn: pendingSignInSchema.nullable(),
    /** A new sign-in is what helps; the stored one is kept, and tried on, where it may still be renewed. */
    connectAgain: z.boolean(),
    lastError: z
      .object({
        code: z.string(),
        title: z.string(),
        at: instantSchema,
        nextStep: z.string(),
        /** What is particular to it, such as the server's own error word. */
        detail: z.string().optional(),
      })
      .nullable(),
    revocation: revocationSchema.nullable(),
  })
  .meta({ id: 'AuthStatus' });
export type AuthStatus = z.infer<typeof authStatusSchema>;

/** `GET /auth/anthropic/start`. */
export const signInStartedSchema = pendingSignInSchema
  .extend({ redirectUri: z.string() })
  .meta({ id: 'SignInStarted' });
export type SignInStarted = z.infer<typeof signInStartedSchema>;

/** `POST /auth/anthropic/callback`: forwarded by a custom URL scheme, or pasted by the user. */
export const forwardedCallbackSchema = z.union([
  z.strictObject({
    code: z.string().min(1).max(4096),
    state: z.string().min(1).max(4096),
    iss: z.string().max(2048).optional(),
  }),
  z.strictObject({ pasted: z.string().min(1).max(8192) }),
]);
export type ForwardedCallback = z.infer<typeof forwardedCallbackSchema>;

/** `POST /auth/anthropic/logout`. */
export const signedOutSchema = z
  .object({ state: z.literal('signed_out'), revocation: revocationSchema })
  .meta({ id: 'SignedOut' });
export type SignedOut = z.infer<typeof signedOutSchema>;
