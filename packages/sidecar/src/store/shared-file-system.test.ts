import { describe, expect, it } from 'vitest';
import { sharedFileSystemWarning } from './shared-file-system.ts';

describe.runIf(process.platform === 'linux')('a data directory on a file system that may be shared', () => {
  it.each([
    [0x65735546, 'FUSE'],
    [0x6969, 'NFS'],
    [0xfe534d42, 'SMB 2'],
    [0x01021997, '9P'],
  ])('of type %i is named %s', (type, name) => {
    const warning = sharedFileSystemWarning('/home/me/.local/share/postern', () => type);
    expect(warning).toContain(`/home/me/.local/share/postern is on a ${name} file system`);
  });

  it('is not seen in ext4, nor where the system does not say', () => {
    const fail = (): number => {
      throw new Error('ENOSYS');
    };
    expect(sharedFileSystemWarning('/x', () => 0xef53)).toBeNull();
    expect(sharedFileSystemWarning('/x', fail)).toBeNull();
  });

  it('is looked for where the directory really is', () => {
    expect(sharedFileSystemWarning('/proc')).toBeNull();
  });
});
