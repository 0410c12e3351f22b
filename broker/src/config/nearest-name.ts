/** The known name that a mistyped one most likely means; undefined when none is close. */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  // A third of the name wrong is a slip; more is another word.
  let distanceMin = Math.max(2, name.length / 3);
  let nearest: string | undefined;
  for (const candidate of known) {
    const distance = editDistance(name, candidate);
    if (distance > distanceMin || (distance === distanceMin && nearest !== undefined)) continue;
    distanceMin = distance;
    nearest = candidate;
  }
  return nearest;
}

/** Insertions, deletions and replacements that turn one text into the other, row by row. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (const [index, character] of [...from].entries()) {
    const next = [index + 1];
    for (let column = 1; column <= to.length; column += 1) {
      const replaced = character === to[column - 1] ? 0 : 1;
      next.push(
        Math.min(
          (row[column] ?? 0) + 1,
          (next[column - 1] ?? 0) + 1,
          (row[column - 1] ?? 0) + replaced,
        ),
      );
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
