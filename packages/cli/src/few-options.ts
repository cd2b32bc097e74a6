import type { SharedOptions } from './context.ts';

/** What can be read of a command line without its parser. */
export interface FewOptions {
  readonly mode: SharedOptions['mode'];
  readonly dataDir: string | null;
  /** Everything else, in its order, an option without its value included. */
  readonly rest: readonly string[];
}

/**
 * The shared options that programs write which start `postern` themselves: loading the parser of the whole command line takes longer than what
 * they ask for, and holds memory for as long as they run. Pure.
 */
export function fewOptions(args: readonly string[]): FewOptions {
  let mode: SharedOptions['mode'] = null;
  let dataDir: string | null = null;
  const rest: string[] = [];
  for (let at = 0; at < args.length; at += 1) {
    const [arg = '', next] = args.slice(at);
    if (arg === '--sandbox') mode = 'sandbox';
    else if (arg === '--live') mode = 'live';
    else if (arg === '--data-dir' && next !== undefined && !/^(?:-|$)/.test(next)) {
      dataDir = next;
      at += 1;
    } else rest.push(arg);
  }
  return { mode, dataDir, rest };
}
