import { utf8Bytes } from '../../foundation/index.ts';
import { BrokerError } from '../errors/index.ts';

/** A token is checked fast, so it has to be long. */
const tokenBytesMin = 16;
const tokenBytesMax = 512;
const printable = /^[\x21-\x7e]*$/;

/** The token itself. Throws CONNECTION_TOKEN for one that is too short or can not be sent. */
export function checkedToken(token: string): string {
  const bytes = utf8Bytes(token);
  if (bytes < tokenBytesMin || bytes > tokenBytesMax || !printable.test(token)) {
    const bounds = { min: tokenBytesMin, max: tokenBytesMax };
    throw new BrokerError('CONNECTION_TOKEN', { bytes, ...bounds });
  }
  return token;
}
