import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { ErrorCode } from '@postern/contract';
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** True where no bearer is needed (docs/spec/contract.md#who-may-call); the door and the OpenAPI document both read it. */
    open?: boolean;
    /** The content types of a POST that takes raw bytes instead of JSON; `text/*` is any text. The door lets no other one through. */
    rawTypes?: readonly string[];
    /** The code of a body that the schema refuses; `bad_request` where nothing is said. */
    invalidBodyCode?: ErrorCode;
  }
}

/** The application that routes are added to: Fastify, typed by the zod schemas of each route. */
export type HttpApp = FastifyInstance<
  Server,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;
