/** As much of standard input as this needs. */
interface Input {
  readonly isTTY?: boolean;
  emit(name: string | symbol, ...args: unknown[]): boolean;
}

/**
 * Lets this process outlive the terminal that it reads from. Once that is closed, each read of it and each change of its mode fails (EIO),
 * and readline, which changes the mode whenever a question ends, would end the process with that. SIGHUP says that it is gone: a command
 * answers that as it does Ctrl-C.
 */
export function outliveTerminal(input: Input): void {
  if (input.isTTY !== true) return;
  const emit = input.emit.bind(input);
  input.emit = (name, ...args) => (name === 'error' && isGone(args[0]) ? true : emit(name, ...args));
}

/** Of a terminal: it was closed. Source: tcsetattr(3), read(2). */
export function isGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EIO';
}
