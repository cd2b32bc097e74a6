import { z } from 'zod';
import { instantSchema } from './credential.ts';
import { deniedBySchema } from './denied-by.ts';
import { pageSchema } from './page.ts';

export const conversationSummarySchema = z
  .object({ id: z.string(), title: z.string(), workspace: z.string().nullable(), updatedAt: instantSchema })
  .meta({ id: 'ConversationSummary' });
export type ConversationSummary = z.infer<typeof conversationSummarySchema>;

/** `GET /conversations`. */
export const conversationPageSchema = pageSchema(conversationSummarySchema).meta({ id: 'ConversationPage' });

/** One piece of a conversation, as a screen shows it. */
export const conversationItemSchema = z
  .discriminatedUnion('type', [
    z.object({ type: z.literal('user'), text: z.string(), at: instantSchema.nullable() }),
    z.object({ type: z.literal('assistant_text'), text: z.string() }),
    z.object({ type: z.literal('thinking'), text: z.string() }),
    z.object({
      type: z.literal('tool_use'),
      toolUseId: z.string(),
      name: z.string(),
      input: z.record(z.string(), z.unknown()),
    }),
    z.object({
      type: z.literal('tool_result'),
      toolUseId: z.string(),
      content: z.string(),
      isError: z.boolean(),
      deniedBy: deniedBySchema.optional(),
    }),
  ])
  .meta({ id: 'ConversationItem' });
export type ConversationItem = z.infer<typeof conversationItemSchema>;

/** `GET /conversations/:id`: its items, newest page first, in the order they were said within a page. */
export const conversationSchema = pageSchema(conversationItemSchema)
  .extend({ id: z.string(), title: z.string(), workspace: z.string().nullable() })
  .meta({ id: 'Conversation' });
export type Conversation = z.infer<typeof conversationSchema>;

export const conversationListRequestSchema = z.strictObject({
  before: z.string().min(1).max(200).optional(),
  limit: z.coerce.number().int().min(1).max(200).optional(),
  search: z.string().max(200).optional(),
});
