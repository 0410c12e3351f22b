import { reportedPayload } from '../../../../../../broker/src/protocols/nats/handlers/reported-payload.ts';

describe('reportedPayload', () => {
  test.each([
    ['', []],
    ['00ff0A', [0, 255, 10]],
    ['a', [10]], // one digit, as the SDK for Node writes a byte below 0x10
    ['7b7da', [0x7b, 0x7d, 10]],
    ['20ac', [0x20, 0xac]],
    ['7b7dxx41', [0x7b, 0x7d]],
    ['7bx', [0x7b]],
    ['no hex at all', []],
    ['-1', []],
    [' 41', []],
  ])('reads %j as far as it decodes', (hex, bytes) => {
    expect([...reportedPayload(hex)]).toEqual(bytes);
  });
});
