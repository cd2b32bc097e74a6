import { BlockList, isIPv6 } from 'node:net';

/** Addresses of this machine and of its network link, a cloud's metadata service among them. An IPv4 rule holds for IPv4 inside IPv6 too. */
const local = new BlockList();
local.addSubnet('0.0.0.0', 8, 'ipv4');
local.addSubnet('127.0.0.0', 8, 'ipv4');
local.addSubnet('169.254.0.0', 16, 'ipv4');
local.addAddress('::', 'ipv6');
local.addAddress('::1', 'ipv6');
local.addSubnet('fe80::', 10, 'ipv6');
// The same IPv4 addresses by way of NAT64. Source: RFC 6052, 2.1.
local.addSubnet('64:ff9b::', 104, 'ipv6');
local.addSubnet('64:ff9b::7f00:0', 104, 'ipv6');
local.addSubnet('64:ff9b::a9fe:0', 112, 'ipv6');

/** Source: RFC 6761, 6.3; the names that Debian's /etc/hosts adds. */
const localName = /^(?:.+\.)?localhost$|^localhost\.localdomain$|^ip6-(?:localhost|loopback)$/;

/**
 * Whether a host, as `URL.hostname` gives it, is this machine or its network link: loopback, unspecified and link-local addresses in every
 * spelling, IPv4 inside IPv6 included, and the names of loopback. A name that only its server resolves to such an address is not known here.
 */
export function isLocalAddress(host: string): boolean {
  const bare = host
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/%.*$/, '')
    .replace(/\.$/, '');
  if (localName.test(bare)) return true;
  if (isIPv6(bare)) return local.check(bare, 'ipv6');
  // The URL parser reads 127.1, 0x7f.1 and 2130706433 as 127.0.0.1; what is no address stays a name.
  const url = URL.canParse(`http://${bare}/`) ? new URL(`http://${bare}/`) : null;
  return url !== null && local.check(url.hostname, 'ipv4');
}
