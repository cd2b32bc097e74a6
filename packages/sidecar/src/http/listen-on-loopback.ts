import type { Server } from 'node:net';
import { ConfigurationError, exitCodes } from '../errors/index.ts';
import type { HttpApp } from './http-app.ts';

/** Connections the system holds until they are accepted: a flood fills it in one turn of the event loop. */
const backlog = 4096;

/**
 * Listens on 127.0.0.1 and nothing else.
 * @throws ConfigurationError `port_taken`, `invalid_configuration`
 */
export async function listenOnLoopback(app: HttpApp, port: number): Promise<void> {
  try {
    await app.listen({ host: '127.0.0.1', port, exclusive: true, backlog });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE')
      throw new ConfigurationError(
        'port_taken',
        exitCodes.unavailable,
        `Port ${port} is taken by another program.`,
      );
    if (code === 'EACCES')
      throw new ConfigurationError(
        'invalid_configuration',
        exitCodes.permission,
        `The system does not allow port ${port}.`,
      );
    throw error;
  }
}

/** The port that is listened on, or 0. */
export function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
