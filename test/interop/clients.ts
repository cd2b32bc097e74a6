import { driveByAcpFactory } from './clients/acp-factory.ts';
import { driveByAcpx } from './clients/acpx.ts';
import { driveByAiProvider } from './clients/ai-provider.ts';
import type { ClientUnderTest } from './clients/client.ts';
import { driveByConductor } from './clients/conductor.ts';

/** Every client, in the order of the output. */
export const clients: readonly ClientUnderTest[] = [
  { name: 'acpx', version: '0.19.1', run: driveByAcpx },
  { name: 'acp-factory', version: '0.1.14', run: driveByAcpFactory },
  { name: '@mcpc-tech/acp-ai-provider', version: '0.2.9', run: driveByAiProvider },
  { name: '@thinkwell/conductor', version: '0.5.7', run: driveByConductor },
];
