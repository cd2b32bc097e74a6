import { z } from 'zod';
import { instantSchema } from './credential.ts';
import { receiptSchema } from './ledger.ts';
import { pageSchema } from './page.ts';
import { toolResultShape } from './tool-result.ts';

const conversationFields = {
  id: z.string(),
  title: z.string(),
  workspace: z.string().nullable(),
  updatedAt: instantSchema,
};

/** One conversation of the list. */
export const conversationSummarySchema = z
  .object({
    ...conversationFields,
    /** Where it was searched: a piece of what was said. */
    snippet: z.string().optional(),
    /** Where in the snippet the words are that were looked for, in UTF-16 units. */
    marks: z.array(z.object({ start: z.int().min(0), end: z.int().min(0) })).optional(),
    /**
     * `waiting`: it waits for a plan's reset now. `interrupted`: it did when Postern stopped, or its last prompt ended before any program had it
     * (stopped, refused, no account); nothing resumes automatically.
     */
    state: z.enum(['waiting', 'interrupted']).optional(),
    /** Of an interrupted one: what was asked. Sent again, it goes on. */
    pendingPrompt: z.string().optional(),
  })
  .meta({ id: 'ConversationSummary' });
export type ConversationSummary = z.infer<typeof conversationSummarySchema>;

/** `GET /conversations`. */
export const conversationPageSchema = pageSchema(conversationSummarySchema)
  .extend({
    /** Files are still being read: a search does not find everything yet. */
    reading: z.boolean().optional(),
  })
  .meta({ id: 'ConversationPage' });
export type ConversationPage = z.infer<typeof conversationPageSchema>;

/** `POST /conversations/:id`: what is left out stays as it is. */
export const conversationChangeSchema = z
  .strictObject({
    title: z.string().trim().min(1).max(200).optional(),
    /** Null: what an interrupted one was asked is not kept any longer. */
    pendingPrompt: z.null().optional(),
  })
  .meta({ id: 'ConversationChange' });
export type ConversationChange = z.infer<typeof conversationChangeSchema>;

const gapReasonSchema = z.enum(['damaged', 'missing', 'unfinished']);
/** Why something of a conversation is not there: its lines cannot be read, they are not in the file, or an answer broke off unsaved. */
export type GapReason = z.infer<typeof gapReasonSchema>;

/** A file that was sent with a prompt. `path` is absolute; null where the session does not name it. */
const sentFileSchema = z
  .object({ type: z.enum(['image', 'pdf', 'file']), path: z.string().nullable() })
  .meta({ id: 'SentFile' });
export type SentFile = z.infer<typeof sentFileSchema>;

/** One piece of a conversation, as a screen shows it. */
export const conversationItemSchema = z
  .discriminatedUnion('type', [
    z.object({
      type: z.literal('user'),
      text: z.string(),
      at: instantSchema.nullable(),
      /** Of a prompt sent through Postern: names it for `POST /conversations/:id/rewind`. */
      promptId: z.string().optional(),
      /** In the order they were sent; absent where there are none. */
      attachments: z.array(sentFileSchema).optional(),
    }),
    z.object({
      type: z.literal('assistant_text'),
      text: z.string(),
      /** The model's safeguards stopped it: it is no answer. */
      withheld: z.boolean().optional(),
    }),
    z.object({ type: z.literal('thinking'), text: z.string() }),
    z.object({
      type: z.literal('tool_use'),
      toolUseId: z.string(),
      name: z.string(),
      input: z.record(z.string(), z.unknown()),
    }),
    z.object({ type: z.literal('tool_result'), ...toolResultShape }),
    /** What was said before was summarized for the model here, to make space. */
    z.object({
      type: z.literal('compacted'),
      trigger: z.enum(['manual', 'auto']),
      beforeTokens: z.int().min(0),
      afterTokens: z.int().min(0).optional(),
    }),
    /** Something that was said here cannot be shown. The model may not know what stands before it. */
    z.object({ type: z.literal('gap'), reason: gapReasonSchema }),
  ])
  .meta({ id: 'ConversationItem' });
export type ConversationItem = z.infer<typeof conversationItemSchema>;

/** A turn that is under way: `GET /query/:id/events` gives it from its first event on. */
export const runningTurnSchema = z.object({
  queryId: z.string(),
  /** What was asked; cut after 20,000 characters. */
  prompt: z.string(),
  /** For the page that ends right before it; absent where nothing of it is in the history yet. */
  before: z.string().optional(),
});
export type RunningTurn = z.infer<typeof runningTurnSchema>;

/** `GET /conversations/:id`: its items, newest page first, in the order they were said within a page. */
export const conversationSchema = pageSchema(conversationItemSchema)
  .extend({
    id: z.string(),
    title: z.string(),
    workspace: z.string().nullable(),
    /** With the newest page, where a turn runs: what of it is written already is in the history too. */
    running: runningTurnSchema.optional(),
    /** Of the turns whose prompt is among the items: the oldest first, `queryId` tells whose. */
    receipts: z.array(receiptSchema).optional(),
  })
  .meta({ id: 'Conversation' });
export type Conversation = z.infer<typeof conversationSchema>;

/** `GET /conversations/:id/subagents/:toolUseId`: what the subagent did and said, in its order. */
export const subagentSchema = z.object({ items: z.array(conversationItemSchema) }).meta({ id: 'Subagent' });

export const conversationListRequestSchema = z.strictObject({
  before: z.string().min(1).max(200).optional(),
  limit: z.coerce.number().int().min(1).max(200).optional(),
  /** Words that were said, all of them in one passage; the last one may go on. */
  search: z.string().max(200).optional(),
});
