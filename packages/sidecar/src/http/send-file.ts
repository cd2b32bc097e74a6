import send from '@fastify/send';
import type { FastifyReply } from 'fastify';
import { InvalidRequestError } from '../errors/index.ts';

/**
 * Answers with a file of the window, whole or, where the browser has it already, with 304.
 * @param name below `directory`, with `/` between its folders; a name that leads out of it, or begins with a dot, is no file
 * @throws InvalidRequestError `not_found`
 */
export async function sendFile(reply: FastifyReply, directory: string, name: string): Promise<FastifyReply> {
  const sent = await send(reply.request.raw, encodeURI(name), {
    root: directory,
    dotfiles: 'ignore',
    index: false,
    acceptRanges: false,
    cacheControl: false,
  });
  if (sent.type !== 'file') {
    sent.stream.destroy();
    throw new InvalidRequestError('not_found', 'The window has no such file.');
  }
  return reply.code(sent.statusCode).headers(sent.headers).send(sent.stream);
}
