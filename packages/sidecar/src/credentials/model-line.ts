/** Lines of models as plan windows name them. Source: `rateLimitType` of the Agent SDK 0.3.332; its program's catalog of models. */
const lines = ['opus', 'sonnet', 'haiku', 'fable', 'mythos'] as const;

/** The line of a model (`claude-opus-5-5` → `opus`); null for one that is not known. */
export function modelLine(model: string | null): string | null {
  const words = model?.toLowerCase().split('-') ?? [];
  return lines.find((line) => words.includes(line)) ?? null;
}

/** The line that a plan window is about (`seven_day_opus` → `opus`); null for a window of the whole plan. */
export function modelOfWindow(window: string): string | null {
  return lines.find((line) => window.endsWith(`_${line}`)) ?? null;
}
