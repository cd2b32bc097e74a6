import type { Readable } from 'node:stream';
import { attachmentSchema, folderListSchema } from '@postern/contract';
import { z } from 'zod';
import { attachmentTypes } from '../../files/index.ts';
import { answers, bodyCodes } from '../answers.ts';
import type { HttpApp } from '../http-app.ts';
import type { HttpDeps } from '../http-deps.ts';

/** `POST /attachments`, the one route that takes raw bytes, and `GET /folders`. */
export function addFileRoutes(
  app: HttpApp,
  { attachments, folders }: Pick<HttpDeps, 'attachments' | 'folders'>,
): void {
  app.post(
    '/attachments',
    {
      config: { rawTypes: [...attachmentTypes, 'text/*'] },
      schema: {
        operationId: 'attach',
        tags: ['query'],
        summary: 'Keeps a file that will go with a prompt',
        description:
          'The body is the file itself, at most 32 MiB. It is kept for the conversation whose prompt names it, else for 24 hours.',
        querystring: z.strictObject({
          name: z
            .string()
            .min(1)
            .max(1000)
            .default('attachment')
            .describe('what the file is called; what is not fit for a name is left out of it'),
        }),
        response: answers(
          attachmentSchema,
          'Kept. `path` is for `attachments` of `POST /query`.',
          'attachment_type_unsupported',
          'attachment_too_large',
          'storage_full',
          ...bodyCodes,
        ),
      },
    },
    ({ query, headers, body }) =>
      attachments.add({
        name: query.name,
        contentType: headers['content-type'] ?? '',
        // Given by the parser of raw types; the door lets no other type come here.
        body: body as Readable,
      }),
  );

  app.get(
    '/folders',
    {
      schema: {
        operationId: 'folders',
        tags: ['query'],
        summary: 'The folders in a folder, for a picker',
        description: 'By name, at most 500, hidden ones left out. A link to a folder says where it leads.',
        querystring: z.strictObject({
          path: z.string().min(1).max(4096).optional().describe('absolute; without it, the home folder'),
        }),
        response: answers(folderListSchema, 'The folders.', 'folder_not_found'),
      },
    },
    ({ query }) => folders(query.path ?? null),
  );
}
