import { assert } from '../../foundation/index.ts';

/** How many answers are remembered; past it all are forgotten at once. */
const REMEMBERED_MAX = 1024;

interface Node<Value> {
  readonly parent: Node<Value> | undefined;
  readonly token: string;
  children: Map<string, Node<Value>> | undefined;
  /** The child for `*`. */
  anyToken: Node<Value> | undefined;
  /** Of patterns that end here. */
  values: Set<Value> | undefined;
  /** Of patterns that go on with `>`. */
  restValues: Set<Value> | undefined;
}

/** What matches every subject with the same tokens before the last. */
interface Level<Value, Match> {
  /** The tokens before the last, with the dot behind them. */
  readonly prefix: string;
  /** Where the tokens before the last lead to. */
  readonly nodes: readonly Node<Value>[];
  /** Of wildcards alone, whatever the last token is. */
  readonly wildcardValues: readonly Value[];
  readonly wildcardMatch: Match;
  /** For last tokens that some pattern names. */
  readonly literalMatches: Map<string, Match>;
}

/**
 * Finds what is registered under the patterns that match a subject.
 *
 * A pattern is a subject in which `*` stands for one token and `>`, as the last, for one or more.
 * Patterns and subjects are valid already.
 *
 * Built for few patterns and many subjects that differ in their last token only, as the reply
 * subjects of requests do: what the tokens before the last lead to is remembered until a pattern
 * comes or goes, so such a match costs two map look-ups. A match is a snapshot: nothing changes it.
 */
export class SubjectTrie<Value, Match> {
  readonly #digest: (values: readonly Value[]) => Match;
  readonly #root: Node<Value> = makeNode(undefined, '');
  readonly #levels = new Map<string, Level<Value, Match>>();
  #lastLevel: Level<Value, Match> | undefined;

  /** `digest` makes of the values that match what `match` returns; called once per remembered answer. */
  constructor(digest: (values: readonly Value[]) => Match) {
    this.#digest = digest;
  }

  add(pattern: string, value: Value): void {
    const [node, isRest] = this.#grow(pattern);
    if (isRest) (node.restValues ??= new Set()).add(value);
    else (node.values ??= new Set()).add(value);
    this.#forget();
  }

  /** Takes out what `add` put in with the same pattern. */
  remove(pattern: string, value: Value): void {
    const [node, isRest] = this.#grow(pattern);
    const values = isRest ? node.restValues : node.values;
    const found = values?.delete(value) ?? false;
    assert(found, 'a value is removed from the trie that was never added');
    if (values?.size === 0) {
      if (isRest) node.restValues = undefined;
      else node.values = undefined;
      prune(node);
    }
    this.#forget();
  }

  match(subject: string): Match {
    const level = this.#levelOf(subject);
    const { nodes } = level;
    for (let index = 0; index < nodes.length; index++) {
      const children = nodes[index]!.children;
      if (children !== undefined) {
        const token = subject.slice(level.prefix.length);
        if (children.has(token)) return this.#matchLiteral(level, token);
      }
    }
    return level.wildcardMatch;
  }

  #levelOf(subject: string): Level<Value, Match> {
    // Answers come in bursts for one client: mostly it is the level of the subject before.
    const last = this.#lastLevel;
    if (
      last !== undefined &&
      subject.startsWith(last.prefix) &&
      !subject.includes('.', last.prefix.length)
    ) {
      return last;
    }
    const prefix = subject.slice(0, subject.lastIndexOf('.') + 1);
    const level = this.#levels.get(prefix) ?? this.#resolve(prefix);
    this.#lastLevel = level;
    return level;
  }

  #forget(): void {
    this.#levels.clear();
    this.#lastLevel = undefined;
  }

  #matchLiteral(level: Level<Value, Match>, token: string): Match {
    const remembered = level.literalMatches.get(token);
    if (remembered !== undefined) return remembered;
    const values = [...level.wildcardValues];
    for (const node of level.nodes) values.push(...(node.children?.get(token)?.values ?? []));
    const match = this.#digest(values);
    if (level.literalMatches.size >= REMEMBERED_MAX) level.literalMatches.clear();
    level.literalMatches.set(token, match);
    return match;
  }

  #resolve(prefix: string): Level<Value, Match> {
    let nodes = [this.#root];
    const values: Value[] = [];
    const collectRest = (): void => {
      for (const node of nodes) if (node.restValues !== undefined) values.push(...node.restValues);
    };
    collectRest();
    // `prefix` is empty or ends with a dot.
    for (const token of prefix.split('.').slice(0, -1)) {
      nodes = nodes.flatMap((node) => nextNodes(node, token));
      collectRest();
    }
    for (const node of nodes) values.push(...(node.anyToken?.values ?? []));
    const level = {
      prefix,
      nodes,
      wildcardValues: values,
      wildcardMatch: this.#digest(values),
      literalMatches: new Map<string, Match>(),
    };
    if (this.#levels.size >= REMEMBERED_MAX) this.#levels.clear();
    this.#levels.set(prefix, level);
    return level;
  }

  /** The node at which a pattern ends, made where it is missing, and whether `>` follows it. */
  #grow(pattern: string): [node: Node<Value>, isRest: boolean] {
    let node = this.#root;
    for (const token of pattern.split('.')) {
      if (token === '>') return [node, true];
      if (token === '*') {
        node = node.anyToken ??= makeNode(node, token);
      } else {
        node = growChild(node, token);
      }
    }
    return [node, false];
  }
}

function makeNode<Value>(parent: Node<Value> | undefined, token: string): Node<Value> {
  return {
    parent,
    token,
    children: undefined,
    anyToken: undefined,
    values: undefined,
    restValues: undefined,
  };
}

function growChild<Value>(parent: Node<Value>, token: string): Node<Value> {
  const known = parent.children?.get(token);
  if (known !== undefined) return known;
  const child = makeNode(parent, token);
  (parent.children ??= new Map<string, Node<Value>>()).set(token, child);
  return child;
}

function nextNodes<Value>(node: Node<Value>, token: string): Node<Value>[] {
  const child = node.children?.get(token);
  const next = child === undefined ? [] : [child];
  if (node.anyToken !== undefined) next.push(node.anyToken);
  return next;
}

/** Takes out the node and those above it that lead nowhere any more. */
function prune<Value>(node: Node<Value>): void {
  let empty = node;
  while (
    empty.parent !== undefined &&
    empty.values === undefined &&
    empty.restValues === undefined &&
    empty.anyToken === undefined &&
    empty.children === undefined
  ) {
    const { parent, token } = empty;
    if (parent.anyToken === empty) {
      parent.anyToken = undefined;
    } else {
      parent.children?.delete(token);
      if (parent.children?.size === 0) parent.children = undefined;
    }
    empty = parent;
  }
}
