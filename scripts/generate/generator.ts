/** Makes one file out of another source. */
export interface Generator {
  /** What is written, from the root of the repository. */
  readonly path: string;
  /** What it is made from, for the header. */
  readonly source: string;
  /** Its content; a page's without its header. */
  render(root: string): string | Promise<string>;
}
