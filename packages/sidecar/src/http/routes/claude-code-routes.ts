import { claudeCodeLoginRequestSchema, claudeCodeStatusSchema, emptyBodySchema } from '@postern/contract';
import { z } from 'zod';
import { answers, bodyCodes } from '../answers.ts';
import type { HttpApp } from '../http-app.ts';
import type { HttpDeps } from '../http-deps.ts';

const credentialQuery = z.strictObject({
  credential: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe(
      '`claude_code:<name>`: an account with a settings folder of its own; default: the person’s own',
    ),
});

/** `/auth/claude-code/*`: the user's own sign-in to the unmodified program. */
export function addClaudeCodeRoutes(app: HttpApp, { claudeCode }: Pick<HttpDeps, 'claudeCode'>): void {
  app.post(
    '/auth/claude-code/login',
    {
      schema: {
        operationId: 'startClaudeCodeLogin',
        tags: ['claude-code'],
        summary: 'Starts the program’s own login, or passes a pasted code on to it',
        querystring: credentialQuery,
        body: claudeCodeLoginRequestSchema,
        response: answers(
          claudeCodeStatusSchema,
          'How it stands.',
          'agent_program_missing',
          'credential_not_found',
          ...bodyCodes,
        ),
      },
    },
    ({ body, query }) => claudeCode.login(body.pasted ?? null, query.credential ?? null),
  );

  const posts = [
    { path: 'cancel', operationId: 'cancelClaudeCodeLogin', summary: 'Ends the login that runs' },
    { path: 'logout', operationId: 'claudeCodeLogout', summary: 'The program’s own logout' },
  ] as const;
  for (const { path, operationId, summary } of posts) {
    app.post(
      `/auth/claude-code/${path}`,
      {
        schema: {
          operationId,
          tags: ['claude-code'],
          summary,
          querystring: credentialQuery,
          body: emptyBodySchema,
          response: answers(
            claudeCodeStatusSchema,
            'How it stands.',
            'agent_program_missing',
            'credential_not_found',
            ...bodyCodes,
          ),
        },
      },
      ({ query }) => claudeCode[path](query.credential ?? null),
    );
  }

  app.get(
    '/auth/claude-code/status',
    {
      schema: {
        operationId: 'claudeCodeStatus',
        tags: ['claude-code'],
        summary: 'What the program says of its sign-in',
        querystring: credentialQuery,
        response: answers(claudeCodeStatusSchema, 'How it stands.', 'credential_not_found'),
      },
    },
    ({ query }) => claudeCode.status(query.credential ?? null),
  );
}
