/**
 * Whether a path begins at a root: `/`, a Windows drive, or a share. Whatever the system: settings may be read on another. None takes a
 * zero byte in a path.
 */
export function isAbsolutePath(path: string): boolean {
  if (path.includes('\0')) return false;
  return path.startsWith('/') || /^[A-Za-z]:[\\/]/.test(path) || path.startsWith('\\\\');
}
