import send from '@fastify/send';
import type { FastifyReply } from 'fastify';
import { InvalidRequestError } from '../errors/index.ts';

/** What `send` answers to a name that is none, leads out, or is not there. */
const refusedNames = [400, 403, 404];

/**
 * Answers with a file of the window, whole or, where the browser has it already, with 304.
 * @param name below `directory`, with `/` between its folders; a name that leads out of it, or begins with a dot, is no file
 * @throws InvalidRequestError `not_found`
 * @throws the error of a file that is there and cannot be read, or of a condition that it does not meet
 */
export async function sendFile(reply: FastifyReply, directory: string, name: string): Promise<FastifyReply> {
  const sent = await send(reply.request.raw, encodeURI(name), {
    root: directory,
    dotfiles: 'ignore',
    index: false,
    acceptRanges: false,
    cacheControl: false,
  });
  if (sent.type === 'file') return reply.code(sent.statusCode).headers(sent.headers).send(sent.stream);
  sent.stream.destroy();
  if (sent.type === 'error' && !refusedNames.includes(sent.statusCode)) throw sent.metadata.error;
  throw new InvalidRequestError('not_found', 'The window has no such file.');
}
