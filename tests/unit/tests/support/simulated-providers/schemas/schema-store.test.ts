import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot, tempDir } from '../../../../../support/index.ts';
import { SchemaStore } from '../../../../../support/simulated-providers/schemas/schema-store.ts';

const code = join(repositoryRoot, 'tests', 'support', 'simulated-providers', 'schemas');
const store = (cache: string): SchemaStore =>
  new SchemaStore({ packages: join(repositoryRoot, 'node_modules'), cache, code });

describe('SchemaStore', () => {
  test('derives each type once and reads it from then on', () => {
    const cache = tempDir();
    const types = { resource: ['aws_vpc'], data: ['aws_region'], ephemeral: [] };
    const folder = store(cache).prepare('aws', types);
    expect(readdirSync(folder).sort()).toEqual([
      'data.aws_region.json',
      'provider.json',
      'resource.aws_vpc.json',
    ]);
    const path = join(folder, 'resource.aws_vpc.json');
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({
      block: { attributes: { cidr_block: { type: 'string' } } },
    });
    writeFileSync(path, 'kept');
    expect(store(cache).prepare('aws', types)).toBe(folder);
    expect(readFileSync(path, 'utf8')).toBe('kept');
  });

  test('has ephemeral resources from a table, with or without a binding of their provider', () => {
    const ephemeral = ['random_password'];
    const folder = store(tempDir()).prepare('random', { resource: [], data: [], ephemeral });
    const path = join(folder, 'ephemeral.random_password.json');
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({
      block: { attributes: { result: { computed: true, sensitive: true } } },
    });
  });

  test('says what to do about a provider or an ephemeral resource that it does not know', () => {
    const none = { resource: [], data: [], ephemeral: [] };
    expect(() => store(tempDir()).prepare('azurerm', none)).toThrow(
      /provider-azurerm is not installed/,
    );
    expect(() => store(tempDir()).prepare('aws', { ...none, ephemeral: ['aws_lambda'] })).toThrow(
      /Known are aws_secretsmanager_secret_version, random_password/,
    );
  });
});
