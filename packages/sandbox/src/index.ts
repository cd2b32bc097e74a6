/** Fakes of the services: an authorization server and a Messages API of our own. */
export { type Answers, approveOverHttp } from './approve-over-http.ts';
export type { Sandbox, SandboxOptions, StartSandbox } from './sandbox.ts';
export { startSandbox } from './start-sandbox.ts';
