/** How a value is given, read off the comment above its accessor. */
export interface Flags {
  readonly computed: boolean;
  readonly optional: boolean;
  readonly required: boolean;
}

/** How a value that nobody can set is read. */
export type Getter =
  | { readonly by: 'method'; readonly method: string; readonly set: boolean }
  | { readonly by: 'class'; readonly name: string; readonly set: boolean };

export interface Member extends Flags {
  readonly getter?: Getter;
}

/** How a value that can be set is written: the entry of the HCL synthesizer. */
export interface Input {
  readonly value: string;
  readonly kind: string;
  readonly storage: string;
}

/** What the text of a binding says, by class and by struct (lower case). */
export interface Binding {
  readonly classes: ReadonlyMap<string, ReadonlyMap<string, Member>>;
  readonly inputs: ReadonlyMap<string, ReadonlyMap<string, Input>>;
  /** The class that is the resource, data source or provider. */
  readonly main: string;
}

/** Key of the inputs that the main class itself writes. */
export const mainInputs = '(main)';

const flagsPattern =
  /^ {2}\/\/ (\w+) - computed: (true|false), optional: (true|false), required: (true|false)$/;

/** A value is read within the lines after its comment, by a method or as an object of a class. */
function getterOf(lines: readonly string[]): Getter | undefined {
  const text = lines.join('\n');
  const object = /new (?:cdktf\.)?(\w+)\(this, "[^"]+"(?:, (true|false))?\)/.exec(text);
  if (object?.[1] !== undefined) return { by: 'class', name: object[1], set: object[2] === 'true' };
  const method = /this\.(\w+)\('/.exec(text);
  if (method?.[1] === undefined) return undefined;
  return { by: 'method', method: method[1], set: text.includes('Fn.tolist(') };
}

function accessorLines(lines: readonly string[], comment: number): readonly string[] {
  const end = lines.findIndex((line, index) => index > comment && line === '  }');
  return lines.slice(comment + 1, end < 0 ? comment + 4 : end);
}

/**
 * Reads the generated TypeScript of a binding, line by line: its layout is that of a generator, so
 * it is the same in every file.
 */
export function parseBinding(source: string): Binding {
  const lines = source.split('\n');
  const classes = new Map<string, Map<string, Member>>();
  const inputs = new Map<string, Map<string, Input>>();
  let members: Map<string, Member> | undefined;
  let written: Map<string, Input> | undefined;
  let entry: { name: string; value: string; kind: string } | undefined;
  let main = '';
  lines.forEach((line, index) => {
    let found: RegExpExecArray | null;
    if ((found = /^export class (\w+) extends cdktf\.(\w+)/.exec(line)) !== null) {
      members = new Map();
      written = undefined;
      classes.set(found[1] ?? '', members);
      if (found[2]?.startsWith('Terraform') === true) main = found[1] ?? '';
    } else if ((found = /^export function (\w+)ToHclTerraform\(/.exec(line)) !== null) {
      written = new Map();
      inputs.set((found[1] ?? '').toLowerCase(), written);
    } else if (line.includes('synthesizeHclAttributes()')) {
      written = new Map();
      inputs.set(mainInputs, written);
    } else if ((found = flagsPattern.exec(line)) !== null) {
      const getter = getterOf(accessorLines(lines, index));
      members?.set(found[1] ?? '', {
        computed: found[2] === 'true',
        optional: found[3] === 'true',
        required: found[4] === 'true',
        ...(getter === undefined ? {} : { getter }),
      });
    } else if (written !== undefined) {
      if ((found = /^ {4,6}(\w+): \{$/.exec(line)) !== null) {
        entry = { name: found[1] ?? '', value: '', kind: '' };
      } else if (entry !== undefined && (found = /^ +value: (.*),$/.exec(line)) !== null) {
        entry.value = found[1] ?? '';
      } else if (entry !== undefined && (found = /^ +type: "(\w+)",$/.exec(line)) !== null) {
        entry.kind = found[1] ?? '';
      } else if (
        entry !== undefined &&
        (found = /storageClassType: "(\w+)",/.exec(line)) !== null
      ) {
        written.set(entry.name, { value: entry.value, kind: entry.kind, storage: found[1] ?? '' });
        entry = undefined;
      }
    }
  });
  return { classes, inputs, main };
}
