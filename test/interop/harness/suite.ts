import type { Browser } from './browser.ts';
import type { ServerProgram } from './server-program.ts';

/** How a sign-in fares whose refresh answer was lost. */
export type AfterLostAnswer = 'comes back' | 'asks to connect';

/** What this server is right to do with Postern. */
export interface Expected {
  /** Name or e-mail of the account that the window shows; null where the server does not say. */
  readonly account: string | null;
  readonly afterLostAnswer: AfterLostAnswer;
  /** The state once the sign-in was ended at the server, and what is said of it. */
  readonly ended: string;
  /** What a sign-out reports of the revocation. */
  readonly revocation: 'done' | 'unsupported' | 'pending';
  /** Its tokens are bound to a key that stays in Postern; default: they are bearer tokens. */
  readonly isBound?: boolean;
}

/** A server of the suite. */
export interface ServerUnderTest {
  readonly name: string;
  /** Packages whose versions the table names; of npm, or of Debian. */
  readonly packages: readonly string[];
  readonly from: 'npm' | 'debian';
  /** How Postern is configured for it, beside the client id. */
  variables(origin: string): Readonly<Record<string, string>>;
  start(origin: string, redirectUri: string): Promise<ServerProgram>;
  /** What the person does in the browser: gives the address that leads back to Postern. */
  approve(browser: Browser, authorizationUrl: string): Promise<string>;
  /** Null where Postern refuses it, with the words it must say before any browser opens. */
  readonly expected: Expected | { readonly refusal: RegExp };
}

/** What was seen. */
export interface Seen {
  readonly name: string;
  readonly versions: string;
  readonly cells: Readonly<Partial<Record<Column, string>>>;
  /** What was wrong; empty where all is as it must be. */
  readonly faults: readonly string[];
}

/** Columns of the table, in order. */
export const columns = [
  'signs in',
  'account',
  'asks',
  'renews',
  '8 processes',
  'answer lost',
  'ended there',
  'signs out',
] as const;
export type Column = (typeof columns)[number];
