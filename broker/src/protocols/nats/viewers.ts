import type { Viewer } from './viewer.ts';

/** The viewers of one client, by the stream and the name that it gave them. */
export class Viewers {
  readonly #viewers = new Map<string, Viewer>();

  get count(): number {
    return this.#viewers.size;
  }

  find(stream: string, name: string): Viewer | undefined {
    return this.#viewers.get(`${stream}.${name}`);
  }

  /** In place of the one with its name, which ends. */
  put(stream: string, name: string, viewer: Viewer): void {
    this.remove(stream, name);
    this.#viewers.set(`${stream}.${name}`, viewer);
  }

  /** False when there is none. */
  remove(stream: string, name: string): boolean {
    const viewer = this.find(stream, name);
    viewer?.end('group-deleted');
    return this.#viewers.delete(`${stream}.${name}`);
  }

  /** Ends all of them. */
  clear(): void {
    for (const viewer of this.#viewers.values()) viewer.end('closed');
    this.#viewers.clear();
  }
}
