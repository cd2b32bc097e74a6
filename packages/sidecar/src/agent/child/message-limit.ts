/** Longest message of an MCP server, and most of what it sends unasked that waits for the program; bytes. */
export const longestMessage = 10 * 1024 * 1024;

/**
 * Passes a response on as it comes, and breaks it off where one message is longer than `longestMessage`: an event of an event stream, the
 * whole of any other. Counts what comes after decompression.
 */
export function messageLimit(isEventStream: boolean): TransformStream<Uint8Array, Uint8Array> {
  const counter = isEventStream ? eventCounter() : wholeCounter();
  return new TransformStream({
    transform(chunk, controller) {
      if (counter(chunk) > longestMessage)
        throw new Error(`a message of more than ${longestMessage / 1024 / 1024} MiB`);
      controller.enqueue(chunk);
    },
  });
}

/** Gives how many bytes the message has so far whose end has not come. */
type Counter = (chunk: Uint8Array) => number;

function wholeCounter(): Counter {
  let bytes = 0;
  return (chunk) => {
    bytes += chunk.length;
    return bytes;
  };
}

const [lineFeed, carriageReturn] = [10, 13];

/** An event ends with an empty line. Source: HTML, Server-sent events, 9.2.5: lines end with LF, CR, or both. */
function eventCounter(): Counter {
  let [bytes, isLineEmpty, isAfterReturn] = [0, true, false];
  return (chunk) => {
    let most = bytes;
    for (const byte of chunk) {
      bytes += 1;
      const isSecondHalf = byte === lineFeed && isAfterReturn;
      isAfterReturn = byte === carriageReturn;
      if (isSecondHalf) continue;
      const endsLine = byte === lineFeed || byte === carriageReturn;
      if (endsLine && isLineEmpty) {
        most = Math.max(most, bytes);
        bytes = 0;
      }
      isLineEmpty = endsLine;
    }
    return Math.max(most, bytes);
  };
}
