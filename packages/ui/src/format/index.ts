/** Instants, amounts, names and errors as words for the user. Pure. */
export { dollarsTogether, percent, shortCount } from './amount.ts';
export { assertNever } from './assert-never.ts';
export { attachedName, sentName } from './attached-name.ts';
export { type Failure, failureOf, failureOfCode, failureOfThrown } from './failure.ts';
export { atTime, dayAndTime, duration, fullInstant, timeAgo, timeLeft } from './instant.ts';
export { type PaidShare, paidShares } from './paid-shares.ts';
export { shortPath } from './path.ts';
export { textChunks } from './text-chunks.ts';
export {
  credentialName,
  credentialNameById,
  kindName,
  kindNameAmong,
  kindNames,
  kindsInOrder,
  limitInWords,
  payerInWords,
  windowTitle,
} from './wording.ts';
