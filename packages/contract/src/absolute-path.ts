/** Whether a path begins at a root: `/`, a Windows drive, or a share. Whatever the system: settings may be read on another. */
export function isAbsolutePath(path: string): boolean {
  return path.startsWith('/') || /^[A-Za-z]:[\\/]/.test(path) || path.startsWith('\\\\');
}
