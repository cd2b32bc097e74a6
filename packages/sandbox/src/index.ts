/** The stand-in for the services: an authorization server and a Messages API of our own. */
export type { Sandbox, SandboxOptions, StartSandbox } from './sandbox.ts';
