/** What the user is asked before a tool runs, and what they allowed for good. */
export { ChangePreviewer } from './change-previewer.ts';
export { deniedBy } from './denials.ts';
export { elicitation } from './elicitation.ts';
export { changeMade } from './file-change.ts';
export { type Answer, answerOf, Questions } from './questions.ts';
export { realPlace } from './real-place.ts';
export { toolPermission } from './tool-permission.ts';
