import { z } from 'zod';

const contentBlockSchema = z.looseObject({ type: z.string() });

const contentSchema = z.union([z.string(), z.array(contentBlockSchema)]);

/**
 * A Messages API request, as far as the sandbox reads it; unknown members pass. The last message may have role `system`.
 * Source: platform.claude.com/docs/en/api/messages; the Agent SDK's program, measured.
 */
export const messageRequestSchema = z.looseObject({
  model: z.string().min(1),
  max_tokens: z.int().min(1),
  messages: z
    .array(z.looseObject({ role: z.enum(['user', 'assistant', 'system']), content: contentSchema }))
    .min(1),
  system: contentSchema.optional(),
  tools: z.array(z.looseObject({ name: z.string().optional(), input_schema: z.unknown() })).optional(),
  tool_choice: z.looseObject({ type: z.string(), name: z.string().optional() }).nullish(),
  thinking: z.looseObject({ type: z.string() }).nullish(),
  stop_sequences: z.array(z.string()).nullish(),
  stream: z.boolean().nullish(),
  output_config: z
    .looseObject({ format: z.looseObject({ type: z.string(), schema: z.unknown() }).nullish() })
    .nullish(),
  output_format: z.looseObject({ type: z.string(), schema: z.unknown() }).nullish(),
});

/** The same without `max_tokens`, for `count_tokens`. */
export const countRequestSchema = messageRequestSchema.omit({ max_tokens: true });

export type MessageRequest = z.infer<typeof messageRequestSchema>;
export type CountRequest = z.infer<typeof countRequestSchema>;
export type RequestMessage = MessageRequest['messages'][number];
export type ContentBlock = z.infer<typeof contentBlockSchema>;

/** Content as blocks: a bare string is one text block. */
export function blocksOf(content: RequestMessage['content']): readonly ContentBlock[] {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : content;
}

/** The text of a block, empty for any other kind. */
export function textOf(block: ContentBlock): string {
  return block.type === 'text' && typeof block['text'] === 'string' ? block['text'] : '';
}
