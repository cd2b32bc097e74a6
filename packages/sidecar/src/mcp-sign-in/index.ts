/** Sign-ins at MCP servers: discovery, registration, and a token for each request. On the code of the sign-in itself. */
export { createServerSignIns } from './create-server-sign-ins.ts';
