/** `node write-and-wait.program.ts DATA_DIR`: a session that writes one document, says `written`, and waits to be killed. */
import { openTestStore } from './harness.ts';

const store = await openTestStore(process.argv[2] ?? '');
store.beginSession();
store.documents.update('kept', () => ({ by: 'the session' }));
process.stdout.write('written\n');
setInterval(() => undefined, 60_000);
