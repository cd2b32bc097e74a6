import type { Clock } from '../credentials/index.ts';
import type { ServerMetadata } from './server-metadata.ts';

const keptForMs = 3_600_000;

/**
 * Keeps metadata for an hour, and lets requests at the same time share one. A failure is not kept: the next one asks again.
 */
export function createMetadataCache(
  read: () => Promise<ServerMetadata>,
  clock: Clock,
): () => Promise<ServerMetadata> {
  let kept: { readonly metadata: ServerMetadata; readonly readAtMs: number } | null = null;
  let reading: Promise<ServerMetadata> | null = null;

  async function readAndKeep(): Promise<ServerMetadata> {
    const readAtMs = clock();
    const metadata = await read();
    kept = { metadata, readAtMs };
    return metadata;
  }

  return () => {
    const ageMs = kept === null ? Number.POSITIVE_INFINITY : clock() - kept.readAtMs;
    // A clock that was set back makes the age negative: then nothing is known of it.
    if (kept !== null && ageMs >= 0 && ageMs < keptForMs) return Promise.resolve(kept.metadata);
    reading ??= readAndKeep().finally(() => {
      reading = null;
    });
    return reading;
  };
}
