import type { Alone, AloneOptions, SidecarPorts } from '@postern/sidecar';
import type { Context, SidecarModule } from './context.ts';
import { askLine } from './terminal.ts';

/**
 * Opens the sidecar's use cases in this process; who opens them closes them.
 * @throws Failure with a code of the error table
 */
export async function openAlone(context: Context, options: AloneOptions): Promise<Alone> {
  const sidecar = await context.loadSidecar();
  const { io, environment } = context;
  return await sidecar.openAlone(options, environment, {
    // The command's own answer says what the user needs; the log is for debugging.
    log: (line) => {
      if (environment['POSTERN_LOG'] === 'debug') io.stderr.write(`${line}\n`);
    },
    askPassphrase: passphraseFrom(context, sidecar),
  });
}

/**
 * The passphrase from a hidden prompt; null where there is no terminal, or once `stop` is aborted. A new one is typed twice: what is sealed under a mistyped one can
 * never be opened again.
 */
export function passphraseFrom(
  { io }: Pick<Context, 'io'>,
  sidecar: Pick<SidecarModule, 'Secret'>,
  stop?: AbortSignal,
): SidecarPorts['askPassphrase'] {
  const options = { hidden: true, ...(stop !== undefined && { signal: stop }) };
  return async (isNew) => {
    for (;;) {
      const question = isNew ? 'New passphrase (not shown): ' : 'Passphrase (not shown): ';
      const passphrase = await askLine(io, question, options);
      if (passphrase === null || passphrase === '') return null;
      const again = isNew ? await askLine(io, 'The same again (not shown): ', options) : passphrase;
      if (again === null) return null;
      if (again === passphrase) return new sidecar.Secret(passphrase);
      io.stderr.write('These are not the same. Nothing was sealed; type a new one.\n');
    }
  };
}
