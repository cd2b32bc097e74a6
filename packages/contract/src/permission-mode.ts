/** How much the agent may do without a question. Apart from the schemas: the window needs no zod for it. */
export const permissionModes = ['ask', 'accept_edits', 'plan'] as const;
export type PermissionMode = (typeof permissionModes)[number];
