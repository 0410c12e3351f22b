import { subjectMatches } from '../../../../../broker/src/core/subjects/index.ts';

describe('subjectMatches', () => {
  test.each([
    ['a.b', 'a.b'],
    ['*', 'a'],
    ['a.*', 'a.b'],
    ['*.b', 'a.b'],
    ['a.*.c', 'a.b.c'],
    ['>', 'a'],
    ['>', 'a.b.c'],
    ['a.>', 'a.b'],
    ['a.>', 'a.b.c'],
    ['a.*.>', 'a.b.c'],
    ['a*', 'a*'],
  ])('finds that %s stands for %s', (pattern, subject) => {
    expect(subjectMatches(pattern, subject)).toBe(true);
  });

  test.each([
    ['a.b', 'a'],
    ['a', 'a.b'],
    ['a.b', 'a.c'],
    ['*', 'a.b'],
    ['a.*', 'a'],
    ['a.*', 'a.b.c'],
    ['a.>', 'a'],
    ['a.*.>', 'a.b'],
    ['a*', 'ab'],
    ['A', 'a'],
  ])('finds that %s does not stand for %s', (pattern, subject) => {
    expect(subjectMatches(pattern, subject)).toBe(false);
  });
});
