import { wholeNumber } from './shared-options.ts';

/** Options of a command that prints a list. */
export interface ListOptions {
  readonly limit: string;
  readonly before?: string;
}

/** The page they ask for. @throws UsageError */
export function pageRequest(options: ListOptions): { limit: number; before: string | undefined } {
  return { limit: wholeNumber('--limit', options.limit, 1, 200), before: options.before };
}
