/** Files and folders of the user's: what was sent to go with a prompt, the folders of a picker, and where a folder of ours may be. */
export { attachmentTypes, endings, headBytes, typeOfHead } from './attachment-type.ts';
export { type Attachments, createAttachments } from './attachments.ts';
export { listFolders } from './folders.ts';
export { isWithin } from './is-within.ts';
export { errnoOf, privatePlaces, usablePlace } from './private-places.ts';
