import type { Finding } from '@postern/contract';

/** All is well with this. */
export function ok(code: string, text: string): Finding {
  return { code, level: 'ok', text, nextStep: null };
}

/** Worth knowing; nothing is broken. */
export function notice(code: string, text: string, nextStep: string | null = null): Finding {
  return { code, level: 'notice', text, nextStep };
}

/** Something does not work, and this is what to do. */
export function problem(code: string, text: string, nextStep: string): Finding {
  return { code, level: 'problem', text, nextStep };
}
