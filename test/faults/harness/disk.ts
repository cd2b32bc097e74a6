import { execFileSync } from 'node:child_process';

/**
 * Fills the disk for one process: from now on no file of its can be written, whoever it runs as. The kernel refuses the write (EFBIG) where
 * a full disk refuses it with ENOSPC; SQLite makes an I/O error of it.
 */
export function fillDisk(pid: number): void {
  execFileSync('prlimit', ['--pid', String(pid), '--fsize=0:']);
}

/** Frees it again. */
export function freeDisk(pid: number): void {
  execFileSync('prlimit', ['--pid', String(pid), '--fsize=unlimited:']);
}
