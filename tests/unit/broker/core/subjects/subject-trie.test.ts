import { SubjectTrie } from '../../../../../broker/src/core/subjects/index.ts';

function makeTrie(): { trie: SubjectTrie<string, string>; digests: string[] } {
  const digests: string[] = [];
  const trie = new SubjectTrie<string, string>((values) => {
    const digest = [...values].sort().join(' ');
    digests.push(digest);
    return digest;
  });
  return { trie, digests };
}

describe('SubjectTrie', () => {
  test('gathers the values of every pattern that matches', () => {
    const { trie } = makeTrie();
    for (const pattern of ['a.b', 'a.*', '*.b', 'a.>', '>', 'a', 'a.b.c'])
      trie.add(pattern, pattern);
    expect(trie.match('a.b')).toBe('*.b > a.* a.> a.b');
    expect(trie.match('a')).toBe('> a');
    expect(trie.match('a.b.c')).toBe('> a.> a.b.c');
    expect(trie.match('x.y')).toBe('>');
  });

  test('matches subjects that differ in their last token only without gathering again', () => {
    const { trie, digests } = makeTrie();
    trie.add('_INBOX.x.*', 'replies');
    for (let index = 0; index < 100; index++)
      expect(trie.match(`_INBOX.x.${index}`)).toBe('replies');
    expect(digests).toHaveLength(1);
  });

  test('forgets what it remembers when a pattern comes or goes', () => {
    const { trie } = makeTrie();
    trie.add('a.*', 'wide');
    expect(trie.match('a.b')).toBe('wide');
    trie.add('a.b', 'narrow');
    expect(trie.match('a.b')).toBe('narrow wide');
    expect(trie.match('a.c')).toBe('wide');
    trie.remove('a.*', 'wide');
    expect(trie.match('a.b')).toBe('narrow');
    expect(trie.match('a.c')).toBe('');
  });

  test('keeps two values of one pattern apart', () => {
    const { trie } = makeTrie();
    trie.add('a', '1');
    trie.add('a', '2');
    trie.remove('a', '1');
    expect(trie.match('a')).toBe('2');
  });

  test('takes a token that stars are part of for an ordinary one', () => {
    const { trie } = makeTrie();
    trie.add('a*.b>', 'literal');
    expect(trie.match('a*.b>')).toBe('literal');
    expect(trie.match('ax.bx')).toBe('');
  });

  test('answers rightly when more is asked than it remembers', () => {
    const { trie } = makeTrie();
    for (let index = 0; index < 3000; index++) trie.add(`a.${index}`, `a${index}`);
    for (let index = 0; index < 3000; index++) trie.add(`${index}.b`, `b${index}`);
    for (let index = 0; index < 3000; index++) {
      expect(trie.match(`a.${index}`)).toBe(`a${index}`);
      expect(trie.match(`${index}.b`)).toBe(`b${index}`);
    }
  });

  test('rejects the removal of what was never added', () => {
    const { trie } = makeTrie();
    trie.add('a', '1');
    expect(() => trie.remove('a', '2')).toThrow('never added');
    expect(() => trie.remove('b', '1')).toThrow('never added');
  });
});
