import { randomUUID } from 'node:crypto';
import { makeByController } from './provider/fault-injector.ts';
import { matchesTarget } from './world/fault.ts';
import type { ControllerMade, Fault } from './world/fault.ts';
import type { JournalEntry } from './world/journal.ts';
import type { LiveObject, World } from './world/world.ts';

/** A fault to plant; see `Fault`. The first matching call is hit unless `nth` says otherwise. */
export type FaultPlan = Omit<Fault, 'name' | 'nth'> & { readonly nth?: number };

/** Objects that are settings of the simulation, not things that somebody pays for. */
const settings = new Set(['existing_cluster', 'unreachable_clusters']);

/** Looks into a simulated account, and meddles with it behind Terraform's back. */
export class AccountControl {
  readonly world: World;

  constructor(world: World) {
    this.world = world;
  }

  /** Everything that lives in the account, made by Terraform or by a controller. */
  live(): readonly LiveObject[] {
    return this.world.live().filter(({ type }) => !settings.has(type));
  }

  /** Everything that has happened so far. */
  journal(): readonly JournalEntry[] {
    return this.world.journal();
  }

  /** Lets something go wrong at a call to come. */
  fail(plan: FaultPlan): void {
    const fault: Fault = { nth: 1, ...plan, name: randomUUID() };
    this.world.setFaults([...this.world.faults(), fault]);
  }

  /** Takes all planted faults back. */
  heal(): void {
    this.world.setFaults([]);
    for (const object of this.world.live()) {
      if (object.type === 'unreachable_clusters') this.world.remove(object.key);
    }
  }

  /** From now on, until `heal`, no cluster answers. */
  loseClusters(): void {
    this.#put('unreachable_clusters', {});
  }

  /** A cluster that nobody here made is there, reachable at its address for whoever knows it. */
  addCluster(endpoint: string): void {
    this.#put('existing_cluster', { endpoint });
  }

  /** An object that a controller makes now, holding on to live ones. */
  plant(makes: ControllerMade): LiveObject {
    return makeByController(this.world, makes);
  }

  /** Removes objects by type or address behind Terraform's back, whoever holds them. */
  vanish(target: string): void {
    const found = this.live().filter(({ type, address }) => matchesTarget(target, type, address));
    if (found.length === 0) throw new Error(`Nothing that lives matches ${target}.`);
    for (const { key, type, id } of found) {
      this.world.remove(key);
      this.world.note({ op: 'controller', type, id, key, reason: 'vanished' });
    }
  }

  #put(type: string, values: LiveObject['values']): void {
    const key = randomUUID();
    this.world.put({ key, type, id: key, values, controllerMade: true });
  }
}
