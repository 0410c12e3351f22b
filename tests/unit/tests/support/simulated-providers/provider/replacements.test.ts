import { join } from 'node:path';
import { repositoryRoot } from '../../../../../support/index.ts';
import {
  replacedAt,
  replacements,
} from '../../../../../support/simulated-providers/provider/replacements.ts';
import { Unknown } from '../../../../../support/simulated-providers/provider/values.ts';
import { deriveSchema } from '../../../../../support/simulated-providers/schemas/derive-schema.ts';
import type { Block } from '../../../../../support/simulated-providers/schemas/schema.ts';

describe('A change', () => {
  test('of an argument in the table replaces, another one does not', () => {
    const before = { name: 'a', engine: 'postgres', instance_class: 'small' };
    expect(replacedAt('aws_db_instance', before, { ...before, instance_class: 'large' })).toEqual(
      [],
    );
    expect(replacedAt('aws_db_instance', before, { ...before, engine: 'mysql' })).toEqual([
      ['engine'],
    ]);
  });

  test('to something that is not known yet replaces too, as it does in Terraform', () => {
    expect(replacedAt('aws_subnet', { vpc_id: 'vpc-1' }, { vpc_id: Unknown.value })).toEqual([
      ['vpc_id'],
    ]);
  });

  test('within a block is shown with its place', () => {
    const claim = (size: string, storageClass: string): Record<string, never> =>
      ({
        spec: [{ resources: [{ requests: { storage: size } }], storage_class_name: storageClass }],
      }) as never;
    const type = 'kubernetes_persistent_volume_claim_v1';
    expect(replacedAt(type, claim('10Gi', 'a'), claim('20Gi', 'a'))).toEqual([]);
    expect(replacedAt(type, claim('10Gi', 'a'), claim('10Gi', 'b'))).toEqual([
      ['spec', 0, 'storage_class_name'],
    ]);
  });

  test('of the name or namespace replaces any object of Kubernetes', () => {
    const named = (name: string): Record<string, never> => ({ metadata: [{ name }] }) as never;
    expect(replacedAt('kubernetes_config_map_v1', named('a'), named('b'))).toEqual([
      ['metadata', 0, 'name'],
    ]);
  });

  test('of a size replaces where it shrinks and the provider says so', () => {
    expect(replacedAt('google_compute_disk', { size: 20 }, { size: 10 })).toEqual([['size']]);
    expect(replacedAt('google_compute_disk', { size: 10 }, { size: 20 })).toEqual([]);
  });

  test('is only listed of arguments that the types have', () => {
    const has = (block: Block, [name = '', ...rest]: readonly string[]): boolean => {
      const nested = block.block_types[name];
      if (nested === undefined) return name in block.attributes && rest.length === 0;
      return rest.length === 0 || has(nested.block, rest);
    };
    const wrong = Object.entries(replacements)
      .filter(([type]) => /^(aws|kubernetes)_/.test(type))
      .flatMap(([type, paths]) => {
        const provider = `provider-${type.split('_')[0]}`;
        const folder = join(repositoryRoot, 'node_modules', '@cdktf', provider);
        const { block } = deriveSchema(folder, type, 'resource');
        return paths
          .filter((path) => !has(block, path.split('.')))
          .map((path) => `${type}.${path}`);
      });
    expect(wrong).toEqual([]);
  });
});
