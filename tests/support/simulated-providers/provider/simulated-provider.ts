import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { JournalEntry } from '../world/journal.ts';
import type { LiveObject, World } from '../world/world.ts';
import { callRefusal, validationRefusals } from './call-rules.ts';
import { digests } from './digests.ts';
import { inventValue, simulatedAccount } from './fakes.ts';
import { FaultInjector } from './fault-injector.ts';
import { inventIdentity } from './identities.ts';
import { openEphemeral } from './ephemeral-values.ts';
import { TryAgain } from './plugin-server.ts';
import type { Handler } from './plugin-server.ts';
import type { Values } from './protobuf.ts';
import { isWaitedFor } from './references.ts';
import type { Refusal } from './refusal.ts';
import { replacedAt } from './replacements.ts';
import type { ResourceCall } from './resource-call.ts';
import { schemaAnswer } from './schema-answer.ts';
import type { SchemaFolder } from './schema-folder.ts';
import { addressArgument } from './schema-folder.ts';
import {
  conform,
  fillUnknown,
  planNew,
  withoutWriteOnly,
  writeOnlyValues,
} from './schema-values.ts';
import { sideEffects } from './side-effects.ts';
import { planTags } from './tags.ts';
import { planVersions, raiseVersions } from './versions.ts';
import { Unknown, isObject, readValue, textAt, writeValue } from './values.ts';
import type { ObjectValue, Value, WireValue } from './values.ts';

type Request = Record<string, unknown>;

const defaultRegion = 'eu-central-1';

/**
 * A Terraform provider whose cloud is a directory. It knows no type by itself: schemas say what there
 * is, and small tables say what a cloud adds to them.
 */
export class SimulatedProvider {
  readonly #name: string;
  readonly #schemas: SchemaFolder;
  readonly #world: World;
  readonly #faults: FaultInjector;
  #settings: ObjectValue = {};

  constructor(name: string, schemas: SchemaFolder, world: World) {
    this.#name = name;
    this.#schemas = schemas;
    this.#world = world;
    this.#faults = new FaultInjector(world);
  }

  /** By procedure of the plugin protocol. */
  handlers(): Readonly<Record<string, Handler>> {
    const nothing: Handler = () => ({});
    return {
      GetProviderSchema: () => schemaAnswer(this.#schemas.whole()),
      ValidateProviderConfig: nothing,
      ValidateResourceConfig: (request) => this.#validate(request),
      ValidateDataResourceConfig: nothing,
      ValidateEphemeralResourceConfig: nothing,
      UpgradeResourceState: (request) => this.#upgrade(request),
      ConfigureProvider: (request) => this.#configure(request),
      ReadResource: (request) => this.#read(request),
      PlanResourceChange: (request) => this.#plan(request),
      ApplyResourceChange: (request) => this.#apply(request),
      ReadDataSource: (request) => this.#readData(request),
      OpenEphemeralResource: (request) => this.#open(request),
      CloseEphemeralResource: nothing,
      GetFunctions: nothing,
      StopProvider: nothing,
    };
  }

  #validate(request: Request): Values {
    const refusals = validationRefusals(typeOf(request), valueOf(request, 'config'));
    return { diagnostics: refusals.map(diagnostic) };
  }

  /** Terraform asks this on every refresh, so it must change nothing of a state that is up to date. */
  #upgrade(request: Request): Values {
    const { block } = this.#schemas.of('resource', typeOf(request));
    return { upgraded_state: writeValue(conform(block, valueOf(request, 'raw_state'))) };
  }

  #configure(request: Request): Values {
    const config = valueOf(request, 'config');
    this.#settings = isObject(config) ? config : {};
    this.#world.note({ op: 'configure', type: this.#name });
    const allowed = this.#settings['allowed_account_ids'];
    if (Array.isArray(allowed) && !allowed.includes(simulatedAccount)) {
      const detail = `AWS account ID not allowed: ${simulatedAccount}`;
      return { diagnostics: [diagnostic({ summary: 'Invalid provider configuration', detail })] };
    }
    return {};
  }

  #read(request: Request): Values {
    const prior = valueOf(request, 'current_state');
    const object = this.#find(request['private'], this.#world.live());
    const call = this.#call('read', request, prior, prior, object);
    const refusal = this.#faults.refusal(call) ?? callRefusal(call);
    if (refusal !== undefined) return { diagnostics: [diagnostic(refusal)] };
    return {
      new_state: object === undefined ? writeValue(null) : request['current_state'],
      private: request['private'],
    };
  }

  #plan(request: Request): Values {
    const type = typeOf(request);
    const { block } = this.#schemas.of('resource', type);
    const prior = valueOf(request, 'prior_state');
    const proposed = valueOf(request, 'proposed_new_state');
    if (!isObject(proposed)) {
      return {
        planned_state: request['proposed_new_state'],
        planned_private: request['prior_private'],
      };
    }
    if (prior === null) {
      const planned = planNew(block, proposed) as ObjectValue;
      return {
        planned_state: writeValue(planTags(block, planned, this.#settings)),
        // The first half of a replacement destroys the older object with what this plan keeps.
        planned_private: request['prior_private'],
      };
    }
    const kept = withoutWriteOnly(block, proposed) as ObjectValue;
    const tagged = planTags(block, kept, this.#settings);
    const planned = planVersions(type, prior, tagged);
    return {
      planned_state: writeValue(planned),
      requires_replace: replacedAt(type, prior, planned).map(attributePath),
      planned_private: request['prior_private'],
    };
  }

  #apply(request: Request): Values {
    const prior = valueOf(request, 'prior_state');
    const planned = valueOf(request, 'planned_state');
    const live = this.#world.live();
    const kept = prior === null ? undefined : request['planned_private'];
    const type = typeOf(request);
    const object =
      this.#find(kept, live) ?? (planned === null ? byId(live, type, prior) : undefined);
    if (planned === null) {
      const call = this.#call('destroy', request, prior, prior, object, live);
      const attempt = (): Values =>
        this.#perform(call, () => {
          if (object !== undefined) this.#world.remove(object.key);
          return { new_state: writeValue(null) };
        });
      if (isWaitedFor(call)) throw new TryAgain(attempt);
      return attempt();
    }
    const values = this.#fill(type, prior, planned);
    const op = prior === null ? 'create' : 'update';
    const call = this.#call(op, request, prior, values, object, live);
    return this.#perform(call, () => {
      const key = object?.key ?? randomUUID();
      const id = textAt(values, 'id') ?? object?.id ?? `${type}-${key}`;
      this.#world.put({
        key,
        type,
        id,
        values,
        ...(call.address === undefined ? {} : { address: call.address }),
        secrets: { ...object?.secrets, ...this.#secrets(call) },
      });
      return { new_state: writeValue(values), private: Buffer.from(JSON.stringify({ key, id })) };
    });
  }

  /** Asks everybody who may object, does it, and writes down what happened. */
  #perform(call: ResourceCall, effect: () => Values): Values {
    const refusal = this.#faults.refusal(call) ?? callRefusal(call);
    const facts = this.#facts(call);
    if (refusal !== undefined) {
      const reason = `${refusal.summary}: ${refusal.detail}`;
      this.#world.note({ ...facts, op: 'refused', during: call.op, reason });
      const state = call.op === 'create' ? writeValue(null) : writeValue(call.prior);
      return {
        new_state: state,
        private: privateOf(call.object),
        diagnostics: [diagnostic(refusal)],
      };
    }
    this.#faults.crash(call, 'before', facts);
    const answer = effect();
    const made = keyOf(answer['private']);
    const op = call.op === 'read' ? 'open' : call.op;
    this.#world.note({ ...facts, ...made, op });
    sideEffects(call, this.#world);
    this.#faults.afterwards(call);
    this.#faults.crash(call, 'after', { ...facts, ...made });
    const unfinished = this.#faults.unfinished(call);
    return unfinished === undefined ? answer : { ...answer, diagnostics: [diagnostic(unfinished)] };
  }

  #readData(request: Request): Values {
    const type = typeOf(request);
    const { block } = this.#schemas.of('data', type);
    const config = valueOf(request, 'config');
    // Two reads of one question must agree, or every plan shows a change.
    let drawn = 0;
    const hex = (digits: number): string =>
      createHash('sha256')
        .update(`${type} ${JSON.stringify(config)} ${(drawn += 1)}`)
        .digest('hex')
        .slice(0, digits);
    return { state: writeValue(this.#invent(type, 'data', planNew(block, config), hex)) };
  }

  #open(request: Request): Values {
    const type = typeOf(request);
    const { block } = this.#schemas.of('ephemeral', type);
    const config = valueOf(request, 'config');
    const address = textAt(config, addressArgument);
    const opened = openEphemeral(type, config, this.#world.live());
    const facts = { type, ...(address === undefined ? {} : { address }) };
    if ('refusal' in opened) {
      const reason = `${opened.refusal.summary}: ${opened.refusal.detail}`;
      this.#world.note({ ...facts, op: 'refused', during: 'open', reason });
      return { diagnostics: [diagnostic(opened.refusal)] };
    }
    this.#world.note({ ...facts, op: 'open' });
    const result = { ...(isObject(config) ? config : {}), ...opened.values };
    return { result: writeValue(conform(block, result)) };
  }

  #fill(type: string, prior: Value, planned: Value): ObjectValue {
    const hex = (digits: number): string => randomBytes(digits).toString('hex').slice(0, digits);
    const source =
      prior === null ? planned : { ...(prior as ObjectValue), ...(planned as ObjectValue) };
    const filled = this.#invent(type, 'resource', planned, hex, source);
    return isObject(filled) ? raiseVersions(type, prior, filled) : {};
  }

  #invent(
    type: string,
    kind: 'resource' | 'data',
    planned: Value,
    hex: (digits: number) => string,
    named: Value = planned,
  ): Value {
    const region = textAt(planned, 'region') ?? textAt(this.#settings, 'region') ?? defaultRegion;
    const account = simulatedAccount;
    const identity = inventIdentity({ type, region, account, planned: named, hex });
    const { block } = this.#schemas.of(kind, type);
    const source = { type, kind, identity, region, planned: named, hex };
    return fillUnknown(block, planned, (valueType, path) => inventValue(valueType, path, source));
  }

  #call(
    op: ResourceCall['op'],
    request: Request,
    prior: Value,
    values: Value,
    object: LiveObject | undefined,
    live = this.#world.live(),
  ): ResourceCall {
    const config = valueOf(request, 'config');
    return {
      op,
      type: typeOf(request),
      address: textAt(config, addressArgument) ?? object?.address,
      config,
      prior,
      values: isObject(values) ? values : {},
      object,
      live,
      settings: this.#settings,
    };
  }

  #find(privateBytes: unknown, live: readonly LiveObject[]): LiveObject | undefined {
    const { key } = keyOf(privateBytes);
    return key === undefined ? undefined : live.find((object) => object.key === key);
  }

  /** Only versions of secrets are ever read back, so only theirs are kept. */
  #secrets(call: ResourceCall): Readonly<Record<string, unknown>> {
    if (call.type !== 'aws_secretsmanager_secret_version') return {};
    return writeOnlyValues(this.#schemas.of('resource', call.type).block, call.config);
  }

  #facts(call: ResourceCall): Omit<JournalEntry, 'op'> {
    const { block } = this.#schemas.of('resource', call.type);
    const secrets = writeOnlyValues(block, call.config);
    delete secrets[addressArgument];
    const { address, object } = call;
    const shown = withoutWriteOnly(block, call.config);
    return {
      type: call.type,
      ...(address === undefined ? {} : { address }),
      ...(object === undefined ? {} : { id: object.id, key: object.key }),
      ...(isObject(shown) ? { sent: { ...known(shown), ...digests(secrets) } } : {}),
    };
  }
}

/** Of what is tainted Terraform gives back the state alone, as providers are used to. */
function byId(live: readonly LiveObject[], type: string, prior: Value): LiveObject | undefined {
  const id = textAt(prior, 'id');
  return live.find((object) => object.type === type && object.id === id);
}

function typeOf(request: Request): string {
  return request['type_name'] as string;
}

function valueOf(request: Request, name: string): Value {
  return readValue(request[name] as WireValue | undefined);
}

function keyOf(privateBytes: unknown): { key?: string; id?: string } {
  if (!(privateBytes instanceof Uint8Array) || privateBytes.length === 0) return {};
  return JSON.parse(Buffer.from(privateBytes).toString()) as { key: string; id: string };
}

function privateOf(object: LiveObject | undefined): Buffer | undefined {
  if (object === undefined) return undefined;
  return Buffer.from(JSON.stringify({ key: object.key, id: object.id }));
}

function attributePath(path: readonly (string | number)[]): Values {
  return {
    steps: path.map((step) =>
      typeof step === 'string' ? { attribute_name: step } : { element_key_int: step },
    ),
  };
}

function diagnostic({ summary, detail, path }: Refusal): Values {
  const error = 1;
  return {
    severity: error,
    summary,
    detail,
    ...(path === undefined ? {} : { attribute: attributePath(path) }),
  };
}

function known(values: ObjectValue): Record<string, unknown> {
  const entries = Object.entries(values).filter(
    ([, value]) => value !== null && !(value instanceof Unknown),
  );
  return Object.fromEntries(entries);
}
