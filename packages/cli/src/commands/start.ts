import { CommandError } from '../command-error.ts';
import type { Context } from '../context.ts';
import { passphraseFrom } from '../open-alone.ts';
import { openWindow } from '../open-window.ts';
import { placesOf } from '../places.ts';
import { wholeNumber } from '../shared-options.ts';

/** Runs the sidecar in the foreground until it is stopped. `postern start` is live by default. */
export async function start(
  context: Context,
  options: { readonly port?: string; readonly open?: boolean },
): Promise<number> {
  const { io, environment, options: shared } = context;
  const port = portOf(options.port, environment['POSTERN_PORT']);
  const mode = shared.mode ?? 'live';
  const [{ dataDir }] = placesOf({ ...context, options: { ...shared, mode } });
  const sidecar = await context.loadSidecar();
  sidecar.guardProcess((line) => io.stderr.write(`${line}\n`));
  sidecar.limitCompiling();
  const stop = new AbortController();
  const stopListening = io.onInterrupt(() => {
    stop.abort();
    // A second one ends the process at once, should the first take too long.
    stopListening();
  });
  try {
    return await sidecar.runSidecar(
      {
        ...{ mode, port, dataDir, store: shared.store, open: options.open !== false, json: shared.json },
        ...(shared.sandboxKind !== undefined && { sandboxKind: shared.sandboxKind }),
      },
      environment,
      {
        stdout: io.stdout,
        stderr: io.stderr,
        openWindow: (url) => openWindow(url, { ...context, as: 'app' }),
        askPassphrase: passphraseFrom(context, sidecar, stop.signal),
        stop: stop.signal,
      },
    );
  } finally {
    stopListening();
    sidecar.endWithoutReader();
  }
}

function portOf(option: string | undefined, variable: string | undefined): number | null {
  if (option !== undefined) return wholeNumber('--port', option, 0, 65_535);
  if (variable === undefined || variable === '') return null;
  try {
    return wholeNumber('POSTERN_PORT', variable, 0, 65_535);
  } catch (cause) {
    throw new CommandError('invalid_configuration', 'POSTERN_PORT must be a number from 0 to 65535.', {
      cause,
    });
  }
}
