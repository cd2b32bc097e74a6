import type { PlatformChoices } from './platform/platform-choices.ts';

/** What a sandbox is started with. */
export interface SandboxOptions {
  /** 0: chosen by the OS. */
  readonly port: number;
  /** Host of its pages: `localhost` makes the redirect to the sidecar cross-site, as with a real server. */
  readonly host: '127.0.0.1' | 'localhost';
  /** Life of an access token in seconds. */
  readonly accessTokenSeconds: number;
  /** Pause in milliseconds after each piece of a streamed answer. Default 10; 0 for benchmarks. */
  readonly paceMs?: number;
  /** Stands for Claude Platform OAuth with linked billing instead of a plan; with what it is to choose otherwise. */
  readonly platform?: Partial<PlatformChoices>;
}

/** Running fakes of the services (docs/spec/contract.md#sandbox). */
export interface Sandbox {
  /** Origin of everything: issuer, API and `/sandbox/*`. */
  readonly url: string;
  /** For `POSTERN_OAUTH_ISSUER`; serves RFC 8414 metadata. */
  readonly issuer: string;
  /** For `POSTERN_API_BASE_URL`. */
  readonly apiBaseUrl: string;
  /** A registered native public client. */
  readonly clientId: string;
  /** An API key that its Messages API accepts. */
  readonly apiKey: string;
  /** Of the platform: its endpoints, the profile to link, and a command that prints a client assertion. */
  readonly platform: {
    readonly authorizationEndpoint: string;
    readonly parEndpoint: string;
    readonly tokenEndpoint: string;
    readonly revocationEndpoint: string;
    readonly userProfileId: string;
    readonly assertionCommand: readonly string[];
  } | null;
  close(): Promise<void>;
}

/** Starts one; `startSandbox` is of this type. @throws the system's error (`EADDRINUSE`, …) where the port cannot be had */
export type StartSandbox = (options: SandboxOptions) => Promise<Sandbox>;
