import type { Sidecar } from './start-sidecar.ts';

/** What became of a query: a problem document before its stream, or what the stream said. */
export interface Heard {
  readonly status: number;
  /** Of the problem document, or of the `error` that ended the stream; null where it ended with a result. */
  readonly code: string | null;
  readonly retryAfter: string | null;
  readonly text: string;
  /** Kinds of credential, in the order in which they were used; a switch that only tells of the query before is none here. */
  readonly kinds: readonly string[];
}

type Frame = readonly [event: string, data: Readonly<Record<string, unknown>>];

/** Runs a prompt to the end of its stream. */
export async function ask(sidecar: Sidecar, prompt: string): Promise<Heard> {
  const { status, headers, text, body } = await sidecar.call('POST', '/query', { prompt });
  const frames = status === 200 ? framesOf(text) : [];
  const [end] = frames.slice(-1);
  const kinds = frames.flatMap(([event, data]) =>
    event === 'started'
      ? [kindOf(data['credential'])]
      : event === 'credential_switched'
        ? [kindOf(data['to'])]
        : [],
  );
  return {
    status,
    code: end === undefined ? String(body['code']) : end[0] === 'error' ? String(end[1]['code']) : null,
    retryAfter: headers.get('retry-after'),
    text: frames.flatMap(([event, data]) => (event === 'assistant_text' ? [data['text']] : [])).join(''),
    kinds: kinds.filter((kind, at) => kind !== kinds[at - 1]),
  };
}

function framesOf(stream: string): readonly Frame[] {
  return stream.split('\n\n').flatMap((frame): readonly Frame[] => {
    const event = /^event: ?(.*)$/m.exec(frame)?.[1];
    const data = /^data: ?(.*)$/m.exec(frame)?.[1];
    return event === undefined || data === undefined ? [] : [[event, JSON.parse(data) as Frame[1]]];
  });
}

function kindOf(credential: unknown): string {
  return (credential as { readonly kind: string }).kind;
}
