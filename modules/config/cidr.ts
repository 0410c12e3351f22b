import { BlockList, isIP } from 'node:net';

/**
 * Whether a text is a network: an address, a slash and as many bits as the address may have. An IPv4 address
 * is the network's own, zero behind those bits: Terraform's provider of AWS refuses any other.
 */
export function isCidr(given: string): boolean {
  const [address = '', bits = '', ...rest] = given.split('/');
  const family = isIP(address);
  const bitsMax = family === 4 ? 32 : 128;
  return (
    family !== 0 &&
    rest.length === 0 &&
    /^(0|[1-9]\d{0,2})$/.test(bits) &&
    Number(bits) <= bitsMax &&
    (family === 6 || isNetworkAddress(address, Number(bits)))
  );
}

/** Whether a network is the whole world, of one kind of address or the other. */
export function isEverywhere(cidr: string): boolean {
  return cidr.endsWith('/0');
}

const privateNetworks = new BlockList();
privateNetworks.addSubnet('10.0.0.0', 8);
privateNetworks.addSubnet('172.16.0.0', 12);
privateNetworks.addSubnet('192.168.0.0', 16);

/** Whether a network is of addresses that only have a meaning inside of a house (RFC 1918). */
export function isPrivate(cidr: string): boolean {
  return privateNetworks.check(cidr.replace(/\/.*/, ''));
}

function isNetworkAddress(address: string, bits: number): boolean {
  const number = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  return number % 2 ** (32 - bits) === 0;
}
