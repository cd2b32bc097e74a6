import { z } from 'zod';

/** What `POST /attachments` gives: `path` is for `attachments` of `POST /query`; `name` is what was kept of the given one. */
export const attachmentSchema = z
  .object({ path: z.string(), name: z.string(), bytes: z.int().min(0) })
  .meta({ id: 'Attachment' });
export type Attachment = z.infer<typeof attachmentSchema>;

/**
 * Most bytes of a picture, and of a PDF, that the model sees itself. The API takes 5 MB of a picture, in base64; the program makes larger ones
 * smaller before it sends them (measured: program 2.1.332, PNG, JPEG and WebP of 20 MB; GIF was not tried).
 * Source: https://platform.claude.com/docs/en/build-with-claude/vision.
 */
const seenBytes: ReadonlyMap<string, number> = new Map([
  ['.png', 20_000_000],
  ['.jpg', 20_000_000],
  ['.jpeg', 20_000_000],
  ['.webp', 20_000_000],
  ['.gif', 3_500_000],
  ['.pdf', 20_000_000],
]);

/** Most bytes of a file of that name that the model sees itself; of a larger one it gets the path. Null: its name is none of a picture or PDF. */
export function mostSeenBytes(name: string): number | null {
  const [end = ''] = /\.[^.]*$/.exec(name.toLowerCase()) ?? [];
  return seenBytes.get(end) ?? null;
}

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
