import { mcpSecretRequestSchema, mcpServerListSchema } from '@postern/contract';
import { answers, bodyCodes, noQuery } from '../answers.ts';
import type { HttpApp } from '../http-app.ts';
import type { HttpDeps } from '../http-deps.ts';

/** `GET /mcp-servers` and `POST /mcp-secrets`. The servers themselves are a setting. */
export function addMcpRoutes(app: HttpApp, { mcp }: Pick<HttpDeps, 'mcp'>): void {
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
}
