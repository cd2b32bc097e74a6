import { describe, expect, it } from 'vitest';
import { isMemoryShort, type MemoryLook, mostRunning } from './memory-pressure.ts';

const megabytes = 1024 ** 2;
const machine = (platform: NodeJS.Platform, availableMb: number, pressure: string | Error): MemoryLook => ({
  platform,
  available: () => availableMb * megabytes,
  darwinPressure: async () => {
    if (pressure instanceof Error) throw pressure;
    return pressure;
  },
});

it.each([
  ['linux', 1023, '', true],
  ['linux', 1024, '', false],
  ['win32', 300, '', true],
  ['darwin', 100, '1\n', false],
  ['darwin', 16_000, '2\n', true],
  ['darwin', 16_000, '4\n', true],
  ['darwin', 100, '', false],
  ['darwin', 100, new Error('no sysctl'), false],
] as const)('%s with %d MB to be had and pressure %j: short is %s', async (platform, mb, pressure, short) => {
  expect(await isMemoryShort(machine(platform, mb, pressure))).toBe(short);
});

it('can be told of this machine', async () => {
  expect(await isMemoryShort()).toBe(false);
});

describe('how many queries run at once', () => {
  it.each([
    [1, 1, 2],
    [4, 8, 2],
    [7.6, 4, 4],
    [8, 2, 4],
    [23, 2, 4],
    [16, 8, 8],
    [256, 64, 8],
  ])('with %d GB and %i cores: %i', (gigabytes, cores, most) => {
    expect(mostRunning({ bytes: gigabytes * 1024 ** 3, cores })).toBe(most);
  });
});
