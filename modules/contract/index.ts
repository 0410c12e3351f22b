export { usualPorts } from './ports.ts';
export type { PortName, Ports } from './ports.ts';
export type { Home, Ready, Release, ReleaseOutputs, Target } from './target.ts';
