import { driveByAcpx } from './clients/acpx.ts';
import type { ClientUnderTest } from './clients/client.ts';

/** Every client, in the order of the output. */
export const clients: readonly ClientUnderTest[] = [{ name: 'acpx', version: '0.19.1', run: driveByAcpx }];
