import { setImmediate } from 'node:timers/promises';
import { hasHiddenText, lookAlikeWords, type ToolCaution } from '@postern/contract';
import type { ChangePreview } from './proposed-change.ts';
import type { JudgedCall } from './remembered-rule.ts';
import { isFileTool } from './tool-target.ts';

/** Characters that are looked through at a time, which takes a millisecond or two: others have their turn in between. */
const sliceLength = 65_536;

/** What the user has to be warned of before they answer. */
export async function cautionsOf(
  { toolName, input, target }: JudgedCall,
  ofChange: ChangePreview['caution'],
): Promise<ToolCaution[]> {
  const cautions: ToolCaution[] = [];
  if (isFileTool(toolName)) {
    if (target?.outside === true) cautions.push('outside_workspace');
    if (target?.throughLink === true) cautions.push('through_link');
    if (target?.isProtected === true) cautions.push('protected_file');
  }
  if (await hideSomething([toolName, target?.path ?? '', ...textsIn(input)]))
    cautions.push('hidden_characters');
  const names = [
    target?.path,
    input['command'],
    input['url'],
    input['host'],
    target?.member && input[target.member],
  ];
  if (names.some((name) => typeof name === 'string' && looksAlike(name)))
    cautions.push('look_alike_characters');
  if (ofChange !== null) cautions.push(ofChange);
  return cautions;
}

/** Whether one of the texts holds a character that would not show. */
async function hideSomething(texts: readonly string[]): Promise<boolean> {
  let looked = 0;
  for (const text of texts)
    for (let from = 0; from < text.length; from += sliceLength) {
      if (looked + text.length - from > sliceLength) {
        await setImmediate();
        looked = 0;
      }
      if (hasHiddenText(text, from, from + sliceLength)) return true;
      looked += Math.min(sliceLength, text.length - from);
    }
  return false;
}

/** A host in another script travels as `xn--…`. */
function looksAlike(name: string): boolean {
  return lookAlikeWords(name).length > 0 || URL.parse(name)?.hostname.includes('xn--') === true;
}

/** Every text in a tool's input, however deep. */
function textsIn(input: Readonly<Record<string, unknown>>): readonly string[] {
  // The whole input came as JSON: what is no text in it is written as text again.
  return Object.entries(input).flatMap(([name, each]) => [
    name,
    typeof each === 'string' ? each : (JSON.stringify(each) ?? ''),
  ]);
}
