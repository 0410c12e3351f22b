import protobuf from 'protobufjs';
import { BrokerError } from '../../core/errors/index.ts';
import type { CheckedSchema, SchemaFormat } from '../../core/ports/index.ts';
import { encodeDescriptorSet } from './file-descriptor.ts';

/** What a text may import: SDKs bring these themselves, and know no other file. */
const importable = [
  'any',
  'duration',
  'empty',
  'field_mask',
  'struct',
  'timestamp',
  'wrappers',
].map((name) => `google/protobuf/${name}.proto`);

/**
 * Protocol Buffers, the text of one `.proto` file; payloads are its first message.
 *
 * The descriptor holds that file alone, under the name given: the SDK for Go looks it up by that name,
 * the one for Python takes the first (wire-protocol.md 2.9).
 */
export class ProtobufFormat implements SchemaFormat {
  readonly name = 'protobuf';

  check(content: string, fileName: string): CheckedSchema {
    try {
      const syntax = syntaxOf(content);
      const root = new protobuf.Root();
      const file = protobuf.parse(content, root, { keepCase: true });
      const imports = [...(file.imports ?? []), ...(file.weakImports ?? [])];
      for (const path of imports) addImport(root, path);
      root.resolveAll();
      const scope = file.package === undefined ? root : root.lookup(file.package);
      const messages = scope instanceof protobuf.Namespace ? scope.nestedArray : [];
      const message = messages.find((each) => each instanceof protobuf.Type);
      if (!(scope instanceof protobuf.Namespace) || message === undefined) {
        throw new Error('it declares no message');
      }
      const descriptor = encodeDescriptorSet(scope, { fileName, imports, syntax });
      return {
        messageName: message.name,
        descriptor: Buffer.from(descriptor).toString('base64'),
      };
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      throw new BrokerError('SCHEMA_CONTENT', { kind: 'Proto file', problem }, error);
    }
  }
}

/** A file without the statement is of the older syntax. Editions are unknown to the SDKs. */
function syntaxOf(content: string): 'proto2' | 'proto3' {
  const tokens = protobuf.tokenize(content, false);
  const statement = tokens.next();
  if (statement === 'edition') throw new Error('editions are not supported, use proto2 or proto3');
  if (statement !== 'syntax') return 'proto2';
  tokens.skip('=');
  tokens.next(); // the quote
  const syntax = tokens.next();
  if (syntax === 'proto2' || syntax === 'proto3') return syntax;
  throw new Error(`the syntax ${String(syntax)} is unknown, use proto2 or proto3`);
}

function addImport(root: protobuf.Root, path: string): void {
  const known = importable.includes(path) ? protobuf.common.get(path) : null;
  if (known === null) {
    throw new Error(
      `it imports ${path}; a schema is one file and imports ${importable.join(', ')}`,
    );
  }
  root.addJSON(known.nested ?? {});
}
