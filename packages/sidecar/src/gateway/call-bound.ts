import type { CallBound } from '../ledger/index.ts';

/** What is read of a request to know what it may cost at most. */
export interface BoundedRequest {
  readonly bound: CallBound;
  /** The model that is asked for; null where it cannot be read. */
  readonly model: string | null;
  /** It says itself whose bill it goes on, or may: true where it cannot be read. */
  readonly namesPayer: boolean;
}

/** Tokens that the service adds: the instructions for tools. Source: platform.claude.com/docs/en/build-with-claude/tool-use. */
const addedTokens = 2_000;
/** Source: the catalog in the Agent SDK's program, `maxImageTokens`: 4,784 for the newest models. */
const imageTokens = 5_000;
/** Each page of a PDF is read as a picture as well. Source: platform.claude.com/docs/en/build-with-claude/pdf-support: 600 at most. */
const pageTokens = 1_600;
const mostPages = 600;
/** Fewer bytes than this hold no page. */
const pageBytes = 200;
/** A file, an address, a conversation that the service keeps: what it holds is not known here. The price table's window cuts it. */
const unknownTokens = 10_000_000;
/** Uses of a server tool in one call, where the request names no limit. */
const mostServerToolUses = 10;

/** Tools whose calls the program carries out itself have one of these types, or none. */
const clientTools = /^(?:custom|bash|text_editor|computer|memory|browser)(?:_|$)/;

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads from a Messages API request what it may use at most. A token is never less than a byte; pictures and PDFs count by what the service
 * makes of them. What cannot be read counts as the most there is. Pure.
 */
export function readCallBound(body: Buffer): BoundedRequest {
  const request = parsed(body);
  if (request === null) return unreadRequest;
  const model = textOf(request['model']);
  const tools = listOf(request['tools']).filter(isServerTool);
  const uses = tools.reduce((sum, tool) => sum + usesOf(tool), 0);
  const passes = request['mcp_servers'] === undefined ? uses : uses + mostServerToolUses;
  const isStored = ['thread', 'previous_message_id', 'container'].some((name) => request[name] != null);
  const inputTokens = body.length + addedTokens + unwritten(request) + (isStored ? unknownTokens : 0);
  const maxTokens = request['max_tokens'];
  return {
    model,
    namesPayer: request['billing_policy'] !== undefined,
    bound: {
      models: [
        ...(model === null ? [] : [model]),
        ...[...listOf(request['fallbacks']), ...tools].flatMap((each) => textOf(each['model']) ?? []),
      ],
      inputTokens,
      caching: !body.includes('"cache_control"') ? 'none' : body.includes('"1h"') ? '1h' : '5m',
      outputTokens: typeof maxTokens === 'number' && maxTokens >= 0 ? Math.ceil(maxTokens) : null,
      // The service may summarize a long conversation in a pass of its own.
      serverToolUses: isCompacted(request) ? passes + 1 : passes,
      webSearches: tools.filter(isWebSearch).reduce((sum, tool) => sum + usesOf(tool), 0),
      isFast: request['speed'] != null && request['speed'] !== 'standard',
      isUsOnly: request['inference_geo'] != null && request['inference_geo'] !== 'global',
    },
  };
}

const mostThereIs: CallBound = {
  models: [],
  inputTokens: unknownTokens,
  caching: '1h',
  outputTokens: null,
  serverToolUses: mostServerToolUses,
  webSearches: mostServerToolUses,
  isFast: true,
  isUsOnly: true,
};

/** An unreadable request. */
export const unreadRequest: BoundedRequest = { model: null, namesPayer: true, bound: mostThereIs };

function isCompacted(request: Fields): boolean {
  const edits = listOf(fieldsOf(request['context_management'])['edits']);
  return edits.some(({ type }) => textOf(type)?.startsWith('compact') === true);
}

function isServerTool(tool: Fields): boolean {
  const type = textOf(tool['type']);
  return type !== null && !clientTools.test(type);
}

function isWebSearch(tool: Fields): boolean {
  return textOf(tool['type'])?.startsWith('web_search') === true;
}

function usesOf(tool: Fields): number {
  const uses = tool['max_uses'];
  return typeof uses === 'number' && uses >= 0 ? Math.min(Math.ceil(uses), 1000) : mostServerToolUses;
}

/** How many more (or fewer) tokens the parts of a request are that are no text. */
function unwritten(request: Fields): number {
  let difference = 0;
  const look = (content: unknown): void => {
    for (const block of listOf(content)) {
      const { type, source } = block;
      if (type === 'image' || type === 'document') difference += sourceTokens(type, fieldsOf(source));
      if (block['content'] !== undefined) look(block['content']);
    }
  };
  look(request['system']);
  look(request['messages']);
  return difference;
}

function sourceTokens(type: 'image' | 'document', source: Fields): number {
  const { data } = source;
  if (source['type'] === 'text' || source['type'] === 'content') return 0;
  if (source['type'] !== 'base64' || typeof data !== 'string')
    return type === 'image' ? imageTokens : unknownTokens;
  if (type === 'image') return imageTokens - data.length;
  return Math.min(mostPages, Math.ceil(data.length / pageBytes)) * pageTokens;
}

function parsed(body: Buffer): Fields | null {
  try {
    const value: unknown = JSON.parse(body.toString());
    return typeof value === 'object' && value !== null ? (value as Fields) : null;
  } catch {
    return null;
  }
}

function listOf(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.map(fieldsOf) : [];
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
