import { randomUUID } from 'node:crypto';
import { matchesTarget } from '../world/fault.ts';
import type { ControllerMade, Fault } from '../world/fault.ts';
import type { JournalEntry } from '../world/journal.ts';
import type { LiveObject, World } from '../world/world.ts';
import { ProviderCrash } from './plugin-server.ts';
import type { Refusal } from './refusal.ts';
import type { ResourceCall } from './resource-call.ts';

/** Lets the planted faults happen, each at the call that it was planted for. */
export class FaultInjector {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  /** An error that was planted for this very call. */
  refusal(call: ResourceCall): Refusal | undefined {
    return this.#failure(call, 'error');
  }

  /** What the provider says of something that is there, and that it no longer waits for. */
  unfinished(call: ResourceCall): Refusal | undefined {
    return this.#failure(call, 'unfinished');
  }

  #failure(call: ResourceCall, kind: 'error' | 'unfinished'): Refusal | undefined {
    for (const { effect } of this.#due(call, (fault) => fault.effect.kind === kind)) {
      if (effect.kind === kind) {
        return { summary: `${call.op} of ${call.type}`, detail: effect.message };
      }
    }
    return undefined;
  }

  /** Ends the process when that was planted: Terraform gets no answer. */
  crash(call: ResourceCall, moment: 'before' | 'after', facts: Omit<JournalEntry, 'op'>): void {
    const due = this.#due(
      call,
      ({ effect }) => effect.kind === 'crash' && effect.moment === moment,
    );
    if (due.length === 0) return;
    const reason = `planted, ${moment} the effect`;
    this.#world.note({ ...facts, op: 'crash', during: call.op, reason });
    throw new ProviderCrash(reason);
  }

  /** Objects that a controller makes once this call is over. */
  afterwards(call: ResourceCall): void {
    for (const { effect } of this.#due(call, (fault) => fault.effect.kind === 'controller')) {
      if (effect.kind === 'controller') makeByController(this.#world, effect.makes);
    }
  }

  #due(call: ResourceCall, wanted: (fault: Fault) => boolean): readonly Fault[] {
    return this.#world
      .faults()
      .filter(
        (fault) =>
          wanted(fault) &&
          fault.on === call.op &&
          matchesTarget(fault.target, call.type, call.address) &&
          this.#world.count(fault.name) === fault.nth,
      );
  }
}

/** An object that Terraform knows nothing of; it holds on to the live objects that it refers to. */
export function makeByController(world: World, { type, refersTo }: ControllerMade): LiveObject {
  const live = world.live();
  const ids = refersTo.map((target) => {
    const found = live.find(({ address, id }) => address === target || id === target);
    if (found === undefined) {
      throw new Error(`${target} is neither the address nor the id of a live object.`);
    }
    return found.id;
  });
  const key = randomUUID();
  const object: LiveObject = {
    key,
    type,
    id: `${type.replace(/_/g, '-')}-${key.slice(0, 8)}`,
    values: { refers_to: ids },
    controllerMade: true,
  };
  world.put(object);
  world.note({ op: 'controller', type, id: object.id, key });
  return object;
}
