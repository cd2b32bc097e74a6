import {
  mcpSecretRequestSchema,
  mcpServerListSchema,
  mcpSignInRequestSchema,
  mcpSignInSchema,
  mcpSignInStartedSchema,
} from '@postern/contract';
import { z } from 'zod';
import { answers, bodyCodes, noQuery } from '../answers.ts';
import type { HttpApp } from '../http-app.ts';
import type { HttpDeps } from '../http-deps.ts';

const serverCodes = [
  'not_found',
  'workspace_not_found',
  'mcp_sign_in_failed',
  'credential_store_locked',
  'credential_store_unavailable',
] as const;
const folderQuery = z.strictObject({
  workspace: z.string().min(1).max(4096).optional().describe('A trusted folder that has the server'),
});
const nameParameter = z.strictObject({ name: z.string().min(1).max(64).describe('Name of the server') });

/** `GET /mcp-servers`, the sign-in at each, and `POST /mcp-secrets`. The servers themselves are a setting. */
export function addMcpRoutes(app: HttpApp, { mcp, mcpSignIns }: Pick<HttpDeps, 'mcp' | 'mcpSignIns'>): void {
  app.get(
    '/mcp-servers',
    {
      schema: {
        operationId: 'mcpServers',
        tags: ['settings'],
        summary: 'Your own MCP servers, how each stood last, and the names of their secrets',
        querystring: noQuery,
        response: answers(mcpServerListSchema, 'All of them; never the value of a secret.'),
      },
    },
    () => mcp.list(),
  );

  app.post(
    '/mcp-secrets',
    {
      config: { invalidBodyCode: 'invalid_setting' },
      schema: {
        operationId: 'changeMcpSecret',
        tags: ['settings'],
        summary: 'Seals a secret that MCP servers refer to by name, or removes it',
        querystring: noQuery,
        body: mcpSecretRequestSchema,
        response: answers(
          mcpServerListSchema,
          'As `GET /mcp-servers`; the value is never readable again.',
          'invalid_setting',
          'credential_store_locked',
          'credential_store_unavailable',
          'storage_full',
          ...bodyCodes,
        ),
      },
    },
    ({ body }) => mcp.changeSecret(body),
  );

  app.get(
    '/mcp-servers/:name/sign-in',
    {
      schema: {
        operationId: 'mcpSignIn',
        tags: ['settings'],
        summary: 'How the sign-in at an MCP server stands',
        params: nameParameter,
        querystring: folderQuery,
        response: answers(mcpSignInSchema, 'Never a token.', ...serverCodes),
      },
    },
    ({ params, query }) => mcpSignIns.standing(params.name, query),
  );

  app.post(
    '/mcp-servers/:name/sign-in',
    {
      schema: {
        operationId: 'startMcpSignIn',
        tags: ['settings'],
        summary: 'Begins a sign-in at an MCP server, in place of one that waits',
        params: nameParameter,
        querystring: noQuery,
        body: mcpSignInRequestSchema,
        response: answers(
          mcpSignInStartedSchema,
          'Open authorizationUrl in a browser; it comes back to this computer.',
          'callback_port_busy',
          'storage_full',
          ...serverCodes,
          ...bodyCodes,
        ),
      },
    },
    ({ params, body }) => mcpSignIns.start(params.name, body),
  );

  app.post(
    '/mcp-servers/:name/sign-out',
    {
      schema: {
        operationId: 'endMcpSignIn',
        tags: ['settings'],
        summary: 'Removes the tokens for an MCP server, and revokes them where its sign-in server takes that',
        params: nameParameter,
        querystring: noQuery,
        body: mcpSignInRequestSchema,
        response: answers(
          mcpSignInSchema,
          'How the sign-in stands.',
          'storage_full',
          ...serverCodes,
          ...bodyCodes,
        ),
      },
    },
    ({ params, body }) => mcpSignIns.end(params.name, body),
  );
}
