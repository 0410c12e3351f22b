import { isIP } from 'node:net';

/** Whether a text is a network: an address, a slash and as many bits as the address may have. */
export function isCidr(given: string): boolean {
  const [address = '', bits = '', ...rest] = given.split('/');
  const family = isIP(address);
  const bitsMax = family === 4 ? 32 : 128;
  return (
    family !== 0 && rest.length === 0 && /^(0|[1-9]\d{0,2})$/.test(bits) && Number(bits) <= bitsMax
  );
}

/** Whether a network is the whole world, of one kind of address or the other. */
export function isEverywhere(cidr: string): boolean {
  return cidr.endsWith('/0');
}
