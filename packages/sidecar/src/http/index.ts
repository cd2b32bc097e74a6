/** Contract in, use case called, contract out. */
export { createHttpServer, type HttpServer } from './http-server.ts';
export { createLog, type Log } from './log.ts';
