import type { Drill } from './drill.ts';
import { awsFaultsDrill } from './aws-faults/aws-faults-drill.ts';
import { delaysDrill } from './delays/delays-drill.ts';
import { diskDrill } from './disk/disk-drill.ts';
import { idleDrill } from './idle/idle-drill.ts';
import { interruptDrill } from './interrupt/interrupt-drill.ts';
import { killDrill } from './kill/kill-drill.ts';
import { postgresDrill } from './postgres/postgres-drill.ts';
import { powerCutDrill } from './power-cut/power-cut-drill.ts';
import { propertiesDrill } from './properties/properties-drill.ts';
import { reconnectDrill } from './reconnect/reconnect-drill.ts';
import { restartDrill } from './restart/restart-drill.ts';
import { simulationDrill } from './simulation/simulation-drill.ts';

export type { Drill, DrillRequest, DrillResult } from './drill.ts';

/** All drills, the quickest first. */
export const drills: readonly Drill[] = [
  diskDrill,
  simulationDrill,
  reconnectDrill,
  delaysDrill,
  idleDrill,
  killDrill,
  postgresDrill,
  awsFaultsDrill,
  interruptDrill,
  restartDrill,
  powerCutDrill,
  propertiesDrill,
];
