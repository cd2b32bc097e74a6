/** Most files that go with one prompt. Apart from the schemas: the window needs no zod for it. */
export const mostAttachments = 20;
