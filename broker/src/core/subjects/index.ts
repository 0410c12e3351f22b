export { subjectMatches } from './subject-matches.ts';
export { SubjectTrie } from './subject-trie.ts';
