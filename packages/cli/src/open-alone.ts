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

/** The passphrase from a hidden prompt; null where there is no terminal. */
export function passphraseFrom({ io }: Context, sidecar: SidecarModule): SidecarPorts['askPassphrase'] {
  return async () => {
    const passphrase = await askLine(io, 'Passphrase (not shown): ', { hidden: true });
    return passphrase === null || passphrase === '' ? null : new sidecar.Secret(passphrase);
  };
}
