import { pino } from 'pino';
import { redactText } from '../secret/index.ts';
import { inertJson } from './inert-json.ts';

/** What a module may do with the log. Fields are facts by name; never a header, a body or a query string. */
export type Log = Pick<pino.Logger, 'debug' | 'info' | 'warn' | 'error'>;

/**
 * The log, JSON lines into `destination` (standard error). Every finished line passes the redaction, whatever built it:
 * fields, messages, stacks and causes alike. Nothing in it can steer a terminal.
 */
export function createLog(destination: pino.DestinationStream, level: pino.LevelWithSilent): Log {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      hooks: { streamWrite: (line) => inertJson(redactText(line)) },
    },
    destination,
  );
}
