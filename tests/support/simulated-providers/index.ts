/**
 * Terraform providers that need no account: real Terraform runs a synthesized stack against them,
 * offline, in a few seconds.
 *
 * ```ts
 * const simulation = await simulate(Testing.synth(stack));
 * const applied = await simulation.apply(); // .created, .updated, .replaced, .live, .journal, .outputs
 * expect(await simulation.plan()).toEqual([]);
 * const destroyed = await simulation.destroy();
 * destroyed.gone('kubernetes_*').before('aws_eks_node_group');
 * expect(simulation.live()).toEqual([]);
 * ```
 *
 * Schemas come from the installed `@cdktf/provider-*` packages. What no schema says (names that are
 * refused, changes that replace, who holds whom) stands in tables below `provider/`.
 */
export { simulate, Simulation } from './simulation.ts';
export { AccountControl } from './account-control.ts';
export type { FaultPlan } from './account-control.ts';
export type { PlannedChange, SimulateOptions } from './simulation.ts';
export { SimulatedAccount, simulatedEnvironment } from './simulated-account.ts';
export { SimulationRun } from './simulation-run.ts';
export type { Dependencies, OrderAssertion } from './simulation-run.ts';
export { StateFile } from './state-file.ts';
export { TerraformError } from './terraform.ts';
export type { Diagnostic } from './terraform.ts';
export type { StackJson, StackSource } from './stack-file.ts';
export type { ControllerMade, Fault, FaultyCall } from './world/fault.ts';
export type { Digest, JournalEntry, Operation } from './world/journal.ts';
export type { LiveObject } from './world/world.ts';
