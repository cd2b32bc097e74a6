import { mostRunning, ourMachine } from './memory-pressure.ts';

/** Times and bounds of the room; tests shorten them. */
export interface AgentLimits {
  /** A question without an answer means no after this. Source: docs/spec/contract.md#queries. */
  readonly questionMs: number;
  /** A query without a listener is cancelled after this. Source: docs/spec/contract.md#http-api. */
  readonly unheardMs: number;
  /** An ended query can be replayed for this long. */
  readonly keepEndedMs: number;
  /** At most this many ended ones. */
  readonly maxEnded: number;
  /** How long `interrupt()` may take before the whole process group is killed; the contract allows 2 s in all. */
  readonly interruptMs: number;
  /** How long a child may take to leave after its input was closed. */
  readonly leaveMs: number;
  /** A child, or the spare, that had nothing to do for this long is closed. */
  readonly idleChildMs: number;
  /** How often it is looked whether memory runs short, while something waits. */
  readonly memoryCheckMs: number;
  /** Children that wait for the next turn of their conversation; one more closes the least recently used. */
  readonly maxIdleChildren: number;
  /** Queries that run at once, each a program of its own; the others wait. */
  readonly maxRunning: number;
  /** Queries that wait for that; one more is refused. */
  readonly maxQueued: number;
  /** How long after a spare was taken the next one is started: the first text comes first. */
  readonly renewSpareMs: number;
  /** How long after a turn: a follow-up that comes at once is not slowed by a program that starts beside it. */
  readonly renewAfterTurnMs: number;
  /** How long after the start the index of conversations is compared with the files. */
  readonly firstLookMs: number;
  /** Silence of the service that is reported. */
  readonly silenceNoticeMs: number;
  /** Silence that ends a query, where the query does not say how much it allows. */
  readonly maxSilenceMs: number;
  /** Bytes of events kept for a replay, for each query. */
  readonly maxLogBytes: number;
}

/** What the product runs with. */
export const agentLimits: AgentLimits = {
  questionMs: 4 * 60_000,
  unheardMs: 60_000,
  keepEndedMs: 5 * 60_000,
  maxEnded: 50,
  interruptMs: 1_500,
  leaveMs: 2_000,
  idleChildMs: 10 * 60_000,
  memoryCheckMs: 60_000,
  maxIdleChildren: 3,
  maxRunning: mostRunning(ourMachine()),
  maxQueued: 50,
  renewSpareMs: 1_500,
  renewAfterTurnMs: 300,
  firstLookMs: 1_000,
  silenceNoticeMs: 40_000,
  maxSilenceMs: 600_000,
  maxLogBytes: 16 * 1024 * 1024,
};
