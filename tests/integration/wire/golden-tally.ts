/** Steps of one transcript, by what became of them. */
export class GoldenTally {
  readonly area: string;
  readonly same: string[] = [];
  readonly deliberate: string[] = [];
  /** Answered neither as recorded nor as listed. */
  readonly wrong: string[] = [];
  /** Listed as a difference, and the same after all. */
  readonly stale: string[] = [];

  constructor(area: string) {
    this.area = area;
  }

  /** Files a step: whether the answer is as recorded, and as the list of differences has it. */
  add(step: string, isSame: boolean, isAsListed: boolean | undefined): void {
    if (isAsListed === undefined) (isSame ? this.same : this.wrong).push(step);
    else if (isSame) this.stale.push(step);
    else (isAsListed ? this.deliberate : this.wrong).push(step);
  }

  /** One row for the table at the end of the run. */
  get row(): string {
    const counts = [this.same, this.deliberate, this.wrong, this.stale];
    const names = ['same', 'deliberate', 'wrong', 'stale'];
    const told = counts.map(({ length }, index) => `${length} ${names[index] ?? ''}`);
    return `${this.area.padEnd(24)} ${told.join(', ')}`;
  }
}
