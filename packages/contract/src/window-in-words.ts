const lengths: Readonly<Record<string, string>> = {
  five_hour: '5-hour window',
  seven_day: '7-day window',
};

const statuses: Readonly<Record<string, string>> = {
  allowed: 'not used up',
  allowed_warning: 'nearly used up',
  rejected: 'used up',
};

/**
 * What a plan window is called within a sentence, after "the": `five_hour` is `5-hour window`, `seven_day_opus` is `7-day window for Opus`. One that
 * is not known keeps its name. Pure.
 */
export function windowInWords(window: string): string {
  if (window === 'overage') return 'extra usage allowance';
  const [, length = '', model = ''] = /^(five_hour|seven_day)(?:_(.+))?$/.exec(window) ?? [];
  const name = lengths[length];
  if (name === undefined) return `limit “${window.replaceAll('_', ' ')}”`;
  return model === '' ? name : `${name} for ${capitalized(model.replaceAll('_', ' '))}`;
}

/** How one stands, after "is", as the service says it (`allowed`); null for what this version does not know. Pure. */
export function windowStatusInWords(status: string): string | null {
  return Object.hasOwn(statuses, status) ? (statuses[status] ?? null) : null;
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
