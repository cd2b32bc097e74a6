/** One event as a reader gets it. */
export interface ReadEvent {
  readonly id: string;
  readonly event: string;
  readonly data: unknown;
}

/** Reads events off an answer until one satisfies `last`, or the stream ends; then lets go of it. */
export async function readEvents(
  answer: Response,
  last: (event: ReadEvent) => boolean = () => false,
): Promise<readonly ReadEvent[]> {
  const events: ReadEvent[] = [];
  if (answer.body === null) return events;
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of answer.body) {
    text += decoder.decode(chunk, { stream: true });
    const frames = text.split('\n\n');
    text = frames.pop() ?? '';
    for (const frame of frames.filter((each) => !each.startsWith(':'))) {
      const event = parse(frame);
      events.push(event);
      if (last(event)) return events;
    }
  }
  return events;
}

function parse(frame: string): ReadEvent {
  const field = (name: string) =>
    frame
      .split('\n')
      .find((line) => line.startsWith(`${name}: `))
      ?.slice(name.length + 2) ?? '';
  return { id: field('id'), event: field('event'), data: JSON.parse(field('data')) };
}
