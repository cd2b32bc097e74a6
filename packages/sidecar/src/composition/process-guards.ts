import { redactText } from '../secret/index.ts';

/** Source: BSD sysexits.h, EX_SOFTWARE. */
const softwareError = 70;
const unreadOutputMs = 1_000;

/**
 * What every Postern process does first: keeps the inspector shut (Node opens it on SIGUSR1 unless it has a listener), and lets no
 * crash print a secret.
 */
export function guardProcess(print: (line: string) => void): void {
  process.on('SIGUSR1', () => undefined);
  const crash = (what: string) => (error: unknown) => {
    const text = error instanceof Error ? (error.stack ?? error.message) : typeof error;
    print(redactText(`${what}: ${text}`));
    process.exit(softwareError);
  };
  process.on('uncaughtException', crash('uncaught exception'));
  process.on('unhandledRejection', crash('unhandled rejection'));
}

/**
 * Lets a finished process exit although its output is not read: Node would wait for the reader. What is unread a second from now is
 * lost; a process that has nothing else to do ends at once.
 */
export function endWithoutReader(): void {
  setTimeout(() => process.exit(), unreadOutputMs).unref();
}
