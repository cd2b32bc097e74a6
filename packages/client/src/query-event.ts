import type { QueryEvent, QueryEventName } from '@postern/contract';
import { ownError } from './postern-error.ts';

const eventNames: Readonly<Record<QueryEventName, true>> = {
  started: true,
  queued: true,
  events_skipped: true,
  assistant_text: true,
  thinking: true,
  answer_withheld: true,
  silence: true,
  history_not_saved: true,
  mcp_server: true,
  tool_use: true,
  tool_result: true,
  background_command: true,
  background_output: true,
  subagent_text: true,
  compacted: true,
  permission_request: true,
  question_request: true,
  permission_resolution: true,
  fallback_request: true,
  credential_switched: true,
  model_changed: true,
  permission_mode_changed: true,
  waiting: true,
  resumed: true,
  usage_limit: true,
  result: true,
  error: true,
};

/** Ids are numbers that grow; a frame that was seen already comes again when a connection is taken up late. */
export function isNewer(id: string, lastId: string | undefined): boolean {
  return lastId === undefined || Number(id) > Number(lastId);
}

/** Whether it ends its query. */
export function isLast({ event }: QueryEvent): boolean {
  return event === 'result' || event === 'error';
}

/** Null for an event that a newer sidecar sends and this version does not know. */
export function queryEvent(name: string | undefined, data: unknown): QueryEvent | null {
  return name === undefined || !Object.hasOwn(eventNames, name)
    ? null
    : ({ event: name, data } as QueryEvent);
}

/** The same of a frame's text. @throws PosternError `stream_interrupted` */
export function parsedQueryEvent(name: string | undefined, text: string): QueryEvent | null {
  if (queryEvent(name, null) === null) return null;
  try {
    return queryEvent(name, JSON.parse(text));
  } catch (cause) {
    throw ownError('stream_interrupted', { detail: 'An event could not be read.', cause });
  }
}
