import { join } from 'node:path';
import { historySchema, historyVersion } from '../agent/index.ts';
import { openDerivedDatabase } from '../store/index.ts';

/** Opens the index of conversations in a data directory. @throws ConfigurationError `unsafe_storage` */
export function openHistory(
  dataDir: string,
  log: (line: string) => void,
): ReturnType<typeof openDerivedDatabase> {
  const path = join(dataDir, 'conversations.db');
  return openDerivedDatabase({ path, version: historyVersion, schema: historySchema, log });
}
