/** Whether a literal subject matches a pattern with `*` and `>`; both are valid already. */
export function subjectMatches(pattern: string, subject: string): boolean {
  const patternTokens = pattern.split('.');
  const tokens = subject.split('.');
  for (const [index, expected] of patternTokens.entries()) {
    if (expected === '>') return index < tokens.length;
    const token = tokens[index];
    if (token === undefined || (expected !== '*' && expected !== token)) return false;
  }
  return patternTokens.length === tokens.length;
}
