import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** The addresses that a process listens on over TCP, as `127.0.0.1:8765` and `[::1]:8765`; none where it has ended. */
export function listeningAddresses(pid: number): readonly string[] {
  if (!existsSync(`/proc/${pid}/fd`)) return [];
  const inodes = new Set(
    readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      try {
        return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? [];
      } catch {
        return [];
      }
    }),
  );
  return ['tcp', 'tcp6'].flatMap((table) =>
    readFileSync(`/proc/net/${table}`, 'latin1')
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => fields[3] === '0A' && inodes.has(fields[9] ?? ''))
      .map((fields) => address(fields[1] ?? '')),
  );
}

/** Source: https://docs.kernel.org/networking/proc_net_tcp.html: words in the machine's byte order, in hex. */
function address(text: string): string {
  const [hex = '', port = ''] = text.split(':');
  const bytes = [...Buffer.from(hex, 'hex')];
  const words = Array.from({ length: bytes.length / 4 }, (_, at) =>
    bytes.slice(at * 4, at * 4 + 4).reverse(),
  );
  const number = Number.parseInt(port, 16);
  if (words.length === 1) return `${words.flat().join('.')}:${number}`;
  const isLoopback = words.flat().every((byte, at) => byte === (at === 15 ? 1 : 0));
  return isLoopback ? `[::1]:${number}` : `[${hex}]:${number}`;
}
