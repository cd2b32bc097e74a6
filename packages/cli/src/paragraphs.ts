import type { QueryEvent } from '@postern/contract';

/** The text of an answer as one stream: what the model says before a tool and after it are two messages, with an empty line between. */
export interface Paragraphs {
  /** What an event adds to the stream; empty where it is no text. */
  next(event: QueryEvent): string;
}

export function createParagraphs(): Paragraphs {
  /** The last two characters so far. */
  let end = '';
  let isBetween = false;
  return {
    next(event) {
      if (event.event === 'tool_use') isBetween = end !== '';
      if (event.event !== 'assistant_text' || event.data.text === '') return '';
      const gap = isBetween ? '\n'.repeat(2 - (/\n*$/.exec(end)?.[0].length ?? 0)) : '';
      isBetween = false;
      const added = gap + event.data.text;
      end = (end + added).slice(-2);
      return added;
    },
  };
}
