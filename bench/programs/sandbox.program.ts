/** The stand-in for the services in a process of its own, so that neither side pays for its work. */
import { type SandboxOptions, startSandbox } from '@postern/sandbox';
import { orderOf, serveQuestions } from './serve-questions.ts';

const { paceMs, platform } = orderOf<Pick<SandboxOptions, 'paceMs' | 'platform'>>();
const { close, ...sandbox } = await startSandbox({
  port: 0,
  host: '127.0.0.1',
  accessTokenSeconds: 3600,
  ...(paceMs === undefined ? {} : { paceMs }),
  ...(platform === undefined ? {} : { platform }),
});
await serveQuestions(sandbox, () => ({}), close);
