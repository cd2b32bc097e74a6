import { workspaceLookSchema, workspaceTrustRequestSchema } from '@postern/contract';
import { z } from 'zod';
import { answers, bodyCodes, noQuery } from '../answers.ts';
import type { HttpApp } from '../http-app.ts';
import type { HttpDeps } from '../http-deps.ts';

/** `GET /workspace` and `POST /workspace/trust`. */
export function addWorkspaceRoutes(app: HttpApp, { workspaceTrust }: Pick<HttpDeps, 'workspaceTrust'>): void {
  app.get(
    '/workspace',
    {
      schema: {
        operationId: 'workspace',
        tags: ['query'],
        summary: 'What in a folder would shape the agent, and whether it is trusted',
        querystring: z.strictObject({ path: z.string().min(1).max(4096).describe('absolute') }),
        response: answers(
          workspaceLookSchema,
          'All of it, with what never loads and why.',
          'workspace_not_found',
          'workspace_too_large',
        ),
      },
    },
    ({ query }) => workspaceTrust.look(query.path),
  );

  app.post(
    '/workspace/trust',
    {
      schema: {
        operationId: 'trustWorkspace',
        tags: ['query'],
        summary: 'Trusts exactly what a folder holds now, or takes that back',
        querystring: noQuery,
        body: workspaceTrustRequestSchema,
        response: answers(
          workspaceLookSchema,
          'The folder as it stands now.',
          'workspace_changed',
          'workspace_not_found',
          'workspace_too_large',
          'storage_full',
          ...bodyCodes,
        ),
      },
    },
    ({ body }) => workspaceTrust.trust(body),
  );
}
