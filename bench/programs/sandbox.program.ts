/** The stand-in for the services in a process of its own, so that neither side pays for its work. */
import { startSandbox } from '@postern/sandbox';
import { orderOf, serveQuestions } from './serve-questions.ts';

const { paceMs } = orderOf<{ readonly paceMs: number }>();
const { close, ...sandbox } = await startSandbox({
  port: 0,
  host: '127.0.0.1',
  accessTokenSeconds: 3600,
  paceMs,
});
await serveQuestions(sandbox, () => ({}), close);
