import {
  isPublishSubject,
  isSubscriptionSubject,
} from '../../../../../broker/src/codecs/nats/index.ts';

const malformed = ['', '.', '.a', 'a.', 'a..b', 'a b', 'a\tb', 'a\r\nb', 'a\x00', 'a\x7f'];

describe('isPublishSubject', () => {
  test.each(['a', 'a.b', '$JS.API.INFO', 'my#station$1.final', 'a*b.c>', '**.>>', 'größe.日本'])(
    'takes %j',
    (subject) => expect(isPublishSubject(subject)).toBe(true),
  );

  test.each(['*', '>', 'a.*', '*.a', 'a.>', 'a.>.b'])(
    'takes %j, in which nothing is special',
    (subject) => expect(isPublishSubject(subject)).toBe(true),
  );

  test.each(malformed)('refuses %j', (subject) => expect(isPublishSubject(subject)).toBe(false));
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
