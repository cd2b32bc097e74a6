import { extname } from 'node:path';
import { type AttachmentType, endings } from './attachment-type.ts';

/** Characters; in UTF-8 at most 240 bytes, and file systems take 255. */
const longestName = 80;
/** Source: https://learn.microsoft.com/en-us/windows/win32/fileio/naming-a-file */
const reserved = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;
const binaryEndings: ReadonlySet<string> = new Set(Object.values(endings).flat());

/**
 * A name that can be given to a file anywhere and shown to anyone: no folder, nothing hidden or invisible, nothing a shell or a file system
 * reads otherwise, and an ending that fits the type. Pure.
 */
export function attachmentName(given: string, type: AttachmentType): string {
  const last = given.normalize('NFC').split(/[/\\]/).at(-1) ?? '';
  const plain = last
    // Control, format (among them the bidirectional ones), surrogate, private and unassigned characters.
    .replaceAll(/\p{C}/gu, '')
    .replaceAll(/[<>:"|?*`$;&\p{Zl}\p{Zp}]/gu, '_')
    .replaceAll(/\s+/g, ' ')
    .replace(/^[.\s~-]+/, '')
    .replace(/[.\s]+$/, '');
  const ending = endingOf(plain, type);
  const stem = plain.slice(0, plain.length - extname(plain).length) || 'attachment';
  const whole = extname(plain) === ending ? stem : plain || stem;
  const short = [...whole].slice(0, longestName - ending.length).join('');
  return `${reserved.test(short) ? '_' : ''}${short}${ending}`;
}

/** The ending that the type asks for: the given one where it fits. */
function endingOf(name: string, type: AttachmentType): string {
  const given = extname(name);
  const lower = given.toLowerCase();
  if (type !== 'text') return endings[type].includes(lower) ? given : endings[type][0];
  // Text under the name of a picture would be sent as one.
  return binaryEndings.has(lower) || given === '' ? '.txt' : given;
}
