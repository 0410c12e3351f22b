import {
  isLiteralSubject,
  isSubscriptionSubject,
} from '../../../../../broker/src/codecs/nats/index.ts';

const malformed = ['', '.', '.a', 'a.', 'a..b', 'a b', 'a\tb', 'a\r\nb', 'a\x00', 'a\x7f'];

describe('isLiteralSubject', () => {
  test.each(['a', 'a.b', '$JS.API.INFO', 'my#station$1.final', 'a*b.c>', '**.>>', 'größe.日本'])(
    'takes %j',
    (subject) => expect(isLiteralSubject(subject)).toBe(true),
  );

  test.each([...malformed, '*', '>', 'a.*', '*.a', 'a.>', 'a.*.b'])('refuses %j', (subject) =>
    expect(isLiteralSubject(subject)).toBe(false),
  );
});

describe('isSubscriptionSubject', () => {
  test.each(['a', '*', '>', 'a.*', '*.*', '*.a.>', '_INBOX.X.*', 'a*b', 'a>.b', 'größe.>'])(
    'takes %j',
    (subject) => expect(isSubscriptionSubject(subject)).toBe(true),
  );

  test.each([...malformed, '>.a', 'a.>.b', '>.>'])('refuses %j', (subject) =>
    expect(isSubscriptionSubject(subject)).toBe(false),
  );
});
