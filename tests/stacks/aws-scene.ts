import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Testing } from '../../modules/cdk.ts';
import type { AwsCloudOptions } from '../../modules/aws/index.ts';
import { cloudRecord, loadKit, recordTarget } from '../../modules/config/index.ts';
import type { Kit } from '../../modules/config/index.ts';
import type { Size } from '../../modules/contract/index.ts';
import { SynthesizedStack } from '../../modules/synthesized/index.ts';
import type { Json } from '../../modules/synthesized/index.ts';
import { AwsStack } from '../../stacks/aws.ts';
import { tempDir } from '../support/index.ts';

type Variables = Readonly<Record<string, string>>;

const office = '203.0.113.0/24';

/** What a size wants to be told before it can be deployed. */
const needs: Readonly<Record<Size, Variables>> = {
  sandbox: {},
  small: { KIT_ADMIN_CIDRS: office, KIT_CLIENT_CIDRS: office },
  medium: { KIT_ADMIN_CIDRS: office, KIT_CLIENT_CIDRS: office, KIT_STATE: 's3://states/team' },
  large: { KIT_ADMIN_CIDRS: office, KIT_CLIENT_CIDRS: office, KIT_STATE: 's3://states/team' },
};

/** A checkout with hardly anything in it, and the environments that are deployed from it. */
export class AwsScene {
  readonly root = tempDir();

  constructor() {
    mkdirSync(path.join(this.root, 'broker', 'src'), { recursive: true });
    writeFileSync(path.join(this.root, 'broker', 'Dockerfile'), 'FROM scratch\n');
    writeFileSync(path.join(this.root, 'broker', 'src', 'main.ts'), '// a broker\n');
    writeFileSync(path.join(this.root, '.dockerignore'), '*\n!broker/\n');
    writeFileSync(path.join(this.root, 'package-lock.json'), '{"packages":{"broker":{}}}');
  }

  kit(size: Size, variables: Variables = {}): Kit {
    return loadKit({
      config: { environments: {} },
      variables: { KIT_SIZE: size, USER: 'ada', ...needs[size], ...variables },
      root: this.root,
      now: new Date('2026-11-30T12:00:00Z'),
    });
  }

  /** The stack as Terraform reads it. */
  json(kit: Kit, options: AwsCloudOptions = {}): Json {
    return JSON.parse(Testing.synth(new AwsStack(Testing.app(), kit, options))) as Json;
  }

  stack(size: Size, variables: Variables = {}, options: AwsCloudOptions = {}): SynthesizedStack {
    return new SynthesizedStack(this.json(this.kit(size, variables), options));
  }

  /** The record as the apply of a deploy leaves it. */
  record(kit: Kit): void {
    const { created, ...facts } = kit.aws.record;
    const place = cloudRecord(this.root, kit.environment);
    recordTarget(place, 'aws', facts, new Date(created));
  }
}

/** The arguments of the one resource of a type, or of a type and name. */
export function only(stack: SynthesizedStack, type: string, name?: string): Json {
  const found = stack.of(type).filter((resource) => name === undefined || resource.name === name);
  if (found.length !== 1) throw new Error(`${found.length} of ${type} ${name ?? ''}, not one`);
  return found[0]?.config ?? {};
}
