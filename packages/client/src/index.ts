/** Typed client of a running Postern for browsers and Node: fetch, event streams, and the sign-in half of it. */
export { AnthropicAuthClient, type CallOptions, type SignInOptions } from './anthropic-auth-client.ts';
export type { AppEventOptions } from './app-events.ts';
export type { ClaudeCodeClient } from './claude-code-client.ts';
export type { Answer, AnswerReader, ConnectionOptions, Fetch } from './connection.ts';
export type { Hangs, HangTimes, OnHang } from './hang-watch.ts';
export {
  createPosternClient,
  type FileToAttach,
  type PageOptions,
  type PosternClient,
} from './postern-client.ts';
export { PosternError } from './postern-error.ts';
export type { QueryOptions } from './run-query.ts';
export type { SandboxClient, SandboxFault } from './sandbox-client.ts';
export { type SignInSource, type SignInStep, waitUntilSignedIn } from './wait-until-signed-in.ts';
