import { z } from 'zod';

/** One question to the user, by the agent or by an MCP server it uses. All of its words are theirs. */
export const agentQuestionSchema = z
  .object({
    /** By this an answer names it; unique in its request. */
    id: z.string(),
    text: z.string(),
    /** One or two words that stand for it; empty where it has none. */
    header: z.string(),
    /** To choose from; none where the answer is in the user's own words. */
    options: z.array(
      z.object({
        label: z.string(),
        description: z.string(),
        /** What it would look like, as text in Markdown. */
        preview: z.string().optional(),
      }),
    ),
    /** Whether more than one option may be chosen. */
    multiple: z.boolean(),
    /** What the user may write, beside the options or instead of them. */
    ownWords: z.enum(['none', 'text', 'number', 'integer']),
    /** Whether it has to be answered. */
    required: z.boolean(),
  })
  .meta({ id: 'AgentQuestion' });
export type AgentQuestion = z.infer<typeof agentQuestionSchema>;

/** Who asks: the model itself, or an MCP server through it. */
const askerSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('agent') }),
  z.object({ type: z.literal('mcp_server'), name: z.string() }),
]);
export type Asker = z.infer<typeof askerSchema>;

/** The event `question_request`. */
export const questionRequestSchema = z.object({
  requestId: z.string(),
  from: askerSchema,
  /** What an MCP server says above its questions. */
  message: z.string().optional(),
  /** A page of an MCP server which the user is asked to visit; there are no questions then. */
  url: z.string().optional(),
  questions: z.array(agentQuestionSchema),
  /** Null: it holds no request upstream, and waits for the user. */
  expiresAt: z.null(),
});
export type QuestionRequest = z.infer<typeof questionRequestSchema>;

/** What the user says to one question. */
const givenAnswerSchema = z.strictObject({
  /** Labels of its options. */
  chosen: z.array(z.string().max(10_000)).max(200).optional(),
  /** Their own words. */
  text: z.string().max(100_000).optional(),
});
export type GivenAnswer = z.infer<typeof givenAnswerSchema>;

/** `POST /answer`: answers a `question_request`, question by question. */
export const questionAnswerSchema = z
  .strictObject({
    requestId: z.string().min(1).max(200),
    /** By the ids of the questions; null: the user does not answer. */
    answers: z.record(z.string().max(200), givenAnswerSchema).nullable(),
  })
  .meta({ id: 'QuestionAnswer' });
export type QuestionAnswer = z.infer<typeof questionAnswerSchema>;
