import { checkedToken } from '../../../../../broker/src/core/users/index.ts';

describe('checkedToken', () => {
  test.each(['0123456789abcdef', 'a::b'.padEnd(512, 'x')])('takes %s', (token) => {
    expect(checkedToken(token)).toBe(token);
  });

  test.each([
    '',
    'memphis',
    '0123456789abcde',
    'x'.repeat(513),
    'with a blank in it',
    'tokentokentokenä',
    'token\ntokentoken',
  ])('rejects %j without showing it', (token) => {
    const refused = (): string => checkedToken(token);
    expect(refused).toThrow(expect.objectContaining({ code: 'CONNECTION_TOKEN' }));
    if (token !== '') expect(refused).not.toThrow(token);
  });
});
