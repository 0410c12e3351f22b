import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { addressArgument } from './provider/schema-folder.ts';
import type { RequiredProvider } from './provider-mirror.ts';
import type { SchemaKind } from './schemas/schema.ts';

type Json = Record<string, unknown>;
type Blocks = Record<string, Record<string, Json>>;

/** A synthesized stack: the content of `cdk.tf.json`. */
export interface StackJson {
  readonly terraform?: unknown;
  readonly provider?: unknown;
  readonly resource?: unknown;
  readonly data?: unknown;
  readonly ephemeral?: unknown;
}

/** A stack as a test has it: parsed, as text, or the folder that it was synthesized to. */
export type StackSource = StackJson | string;

export function readStack(source: StackSource): StackJson {
  if (typeof source !== 'string') return source;
  if (source.trimStart().startsWith('{')) return JSON.parse(source) as StackJson;
  const path = join(source, 'cdk.tf.json');
  if (!existsSync(path)) {
    throw new Error(`${path} does not exist. Give a synthesized stack: its JSON, or its folder.`);
  }
  return JSON.parse(readFileSync(path, 'utf8')) as StackJson;
}

export function requiredProviders(stack: StackJson): readonly RequiredProvider[] {
  const { required_providers: required = {} } = (stack.terraform ?? {}) as {
    required_providers?: Record<string, { source: string; version: string }>;
  };
  return Object.entries(required)
    .filter(([, { source }]) => source !== 'terraform.io/builtin/terraform')
    .map(([name, { source, version }]) => ({
      name,
      source,
      version: version.replace(/^[^\d]*/, ''),
    }));
}

/** Types in use, by provider. Those that Terraform brings itself are left out. */
export function usedTypes(stack: StackJson): ReadonlyMap<string, Record<SchemaKind, string[]>> {
  const found = new Map<string, Record<SchemaKind, string[]>>();
  for (const kind of ['resource', 'data', 'ephemeral'] as const) {
    for (const type of Object.keys(stack[kind] ?? {})) {
      const [provider = ''] = type.split('_');
      if (provider === 'terraform') continue;
      const types = found.get(provider) ?? { resource: [], data: [], ephemeral: [] };
      types[kind].push(type);
      found.set(provider, types);
    }
  }
  return found;
}

function addressOf(type: string, name: string, block: Json): string {
  const base = `${type}.${name}`;
  if (block['count'] !== undefined) return `${base}[\${count.index}]`;
  return block['for_each'] === undefined ? base : `${base}["\${each.key}"]`;
}

export interface RunnableOptions {
  /** Provisioners are commands on this machine (building an image); they run only when asked for. */
  readonly provisioners: boolean;
}

/** The stack as it is run: each resource says its address, the state is in the run's own folder. */
export function runnableStack(stack: StackJson, options: RunnableOptions): StackJson {
  const addressed = (blocks: unknown, prefix: string): Blocks =>
    Object.fromEntries(
      Object.entries((blocks ?? {}) as Blocks).map(([type, named]) => [
        type,
        Object.fromEntries(
          Object.entries(named).map(([name, { provisioner, ...block }]) => {
            const kept = options.provisioners && provisioner !== undefined ? { provisioner } : {};
            const address = type.startsWith('terraform_')
              ? {}
              : { [addressArgument]: `${prefix}${addressOf(type, name, block)}` };
            return [name, { ...block, ...kept, ...address }];
          }),
        ),
      ]),
    );
  const terraform = { ...(stack.terraform as Json | undefined) };
  delete terraform['backend'];
  return {
    ...stack,
    terraform,
    ...(stack.resource === undefined ? {} : { resource: addressed(stack.resource, '') }),
    ...(stack.ephemeral === undefined
      ? {}
      : { ephemeral: addressed(stack.ephemeral, 'ephemeral.') }),
  };
}
