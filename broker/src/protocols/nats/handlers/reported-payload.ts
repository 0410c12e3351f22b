/**
 * The payload that an SDK reports in hex, as far as it decodes.
 *
 * The SDK for Node writes a byte below 0x10 with one digit and a character beyond 0xff with more
 * than two (wire-protocol.md 2.15), so pairs may be out of step, and the last digit may be alone: it is a byte then.
 * From the first character that is no digit on nothing is read.
 */
export function reportedPayload(hex: string): Uint8Array {
  const digits = /^[0-9a-f]*/i.exec(hex)?.[0] ?? '';
  const payload = new Uint8Array(Math.ceil(digits.length / 2));
  for (let index = 0; index < payload.length; index += 1) {
    payload[index] = Number.parseInt(digits.slice(index * 2, index * 2 + 2), 16);
  }
  return payload;
}
