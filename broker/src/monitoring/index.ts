export { MonitoringServer } from './monitoring-server.ts';
export type { MonitoringOptions } from './monitoring-server.ts';
export { Readiness } from './readiness.ts';
export type { ReadinessState } from './readiness.ts';
