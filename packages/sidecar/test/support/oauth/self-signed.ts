import { generateKeyPairSync, sign } from 'node:crypto';

/**
 * A key and a certificate that nobody vouches for, made afresh: no private key rests in the repository.
 * @param dnsName of the one host that it is for; without it, for none
 */
export function selfSigned(dnsName?: string): { readonly key: string; readonly cert: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = der(0x30, Buffer.from('06082a8648ce3d040302', 'hex'));
  const commonName = der(0x30, Buffer.from('0603550403', 'hex'), der(0x0c, Buffer.from('stand-in')));
  const name = der(0x30, der(0x31, commonName));
  const validity = der(
    0x30,
    der(0x17, Buffer.from('200101000000Z')),
    der(0x17, Buffer.from('490101000000Z')),
  );
  const publicKeyInfo = publicKey.export({ type: 'spki', format: 'der' });
  const serial = der(0x02, Buffer.from([1]));
  const described = [serial, algorithm, name, validity, name, publicKeyInfo];
  const toBeSigned =
    dnsName === undefined ? der(0x30, ...described) : der(0x30, version3, ...described, forHost(dnsName));
  const signature = der(0x03, Buffer.from([0]), sign('sha256', toBeSigned, privateKey));
  const certificate = der(0x30, toBeSigned, algorithm, signature).toString('base64');
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${certificate}\n-----END CERTIFICATE-----\n`,
  };
}

const version3 = der(0xa0, der(0x02, Buffer.from([2])));

/** The extension that names the host. Source: RFC 5280, section 4.2.1.6. */
function forHost(dnsName: string): Buffer {
  const names = der(0x30, der(0x82, Buffer.from(dnsName)));
  const extension = der(0x30, Buffer.from('0603551d11', 'hex'), der(0x04, names));
  return der(0xa3, der(0x30, extension));
}

/** One DER element. Source: ITU-T X.690, section 8.1. */
function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const length =
    content.length < 128
      ? [content.length]
      : content.length < 256
        ? [0x81, content.length]
        : [0x82, content.length >> 8, content.length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}
