export type { Delivery, Settlement } from './delivery.ts';
