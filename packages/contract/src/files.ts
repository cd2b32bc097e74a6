import { z } from 'zod';

/** What `POST /attachments` gives: `path` is for `attachments` of `POST /query`; `name` is what was kept of the given one. */
export const attachmentSchema = z
  .object({ path: z.string(), name: z.string(), bytes: z.int().min(0) })
  .meta({ id: 'Attachment' });
export type Attachment = z.infer<typeof attachmentSchema>;

/** `GET /folders`: the folders in a folder. */
export const folderListSchema = z
  .object({
    /** Real path of what was asked for. */
    path: z.string(),
    /** Null: it is the root. */
    parent: z.string().nullable(),
    items: z.array(
      z.object({
        name: z.string(),
        path: z.string(),
        /** A link: the real path of the folder it leads to. */
        leadsTo: z.string().nullable(),
      }),
    ),
    /** False: there are more than are listed. */
    complete: z.boolean(),
  })
  .meta({ id: 'FolderList' });
export type FolderList = z.infer<typeof folderListSchema>;
