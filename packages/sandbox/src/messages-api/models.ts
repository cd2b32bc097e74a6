import { z } from 'zod';

interface Model {
  readonly type: 'model';
  readonly id: string;
  readonly display_name: string;
  readonly created_at: string;
  readonly capabilities: null;
  readonly deprecated_at: null;
  readonly lifecycle: 'active';
  readonly line: string;
  readonly max_input_tokens: number;
  readonly max_tokens: number;
  readonly retires_at: null;
}

/** Newest first. Ids as in the types of @anthropic-ai/sdk 1.12.0; the dates are made up. */
const models: readonly Model[] = [
  model('claude-opus-5-5', 'Claude Opus 5.5 (sandbox)', 'opus', '2026-09-01T00:00:00Z'),
  model('claude-sonnet-5-5', 'Claude Sonnet 5.5 (sandbox)', 'sonnet', '2026-08-01T00:00:00Z'),
  model('claude-haiku-5-5', 'Claude Haiku 5.5 (sandbox)', 'haiku', '2026-07-01T00:00:00Z'),
  model('claude-opus-4-8', 'Claude Opus 4.8 (sandbox)', 'opus', '2026-03-01T00:00:00Z'),
];

/** Query string of the list. */
export const modelListSchema = z.strictObject({
  limit: z.coerce.number().int().min(1).max(1000).default(20),
  after_id: z.string().optional(),
  before_id: z.string().optional(),
  beta: z.string().optional(),
});

/** One page of the list. Source: platform.claude.com/docs/en/api/models-list. */
export function modelPage({ limit, after_id, before_id }: z.infer<typeof modelListSchema>) {
  const ids = models.map(({ id }) => id);
  const start = after_id === undefined ? 0 : ids.indexOf(after_id) + 1;
  const end = before_id === undefined ? models.length : Math.max(0, ids.indexOf(before_id));
  const within = models.slice(start, end);
  const data = before_id === undefined ? within.slice(0, limit) : within.slice(-limit);
  return {
    data,
    has_more: within.length > data.length,
    first_id: data[0]?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
  };
}

/** A model by its id; null where there is none. */
export function modelOf(id: string): Model | null {
  return models.find((each) => each.id === id) ?? null;
}

/** Whether messages are answered in this name: every Claude model is, whatever its version. */
export function isServed(id: string): boolean {
  return /^claude-[a-z0-9][a-z0-9.-]*(?:\[1m\])?$/.test(id);
}

function model(id: string, name: string, line: string, createdAt: string): Model {
  return {
    type: 'model',
    id,
    display_name: name,
    created_at: createdAt,
    capabilities: null,
    deprecated_at: null,
    lifecycle: 'active',
    line,
    max_input_tokens: 1_000_000,
    max_tokens: 128_000,
    retires_at: null,
  };
}
