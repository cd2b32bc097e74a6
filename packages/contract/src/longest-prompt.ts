/** Most characters of one prompt, in UTF-16 units. Apart from the schemas: the window needs no zod for it. */
export const longestPrompt = 1_000_000;
