import type { Row } from './api.ts';
import { activation } from './rows/activation.ts';
import { attachAfterMuch, attachTime } from './rows/attachTime.ts';
import { coldStart, manySessions } from './rows/coldStart.ts';
import { detachedFlood } from './rows/detachedFlood.ts';
import { diskBytes } from './rows/diskBytes.ts';
import { idleMemory } from './rows/idleMemory.ts';
import { keystrokeEcho } from './rows/keystrokeEcho.ts';
import { windowFlood } from './rows/windowFlood.ts';

/** Every row, in the order of the table. */
export const rows: readonly Row[] = [
  detachedFlood,
  windowFlood,
  keystrokeEcho,
  attachTime,
  attachAfterMuch,
  coldStart,
  idleMemory,
  diskBytes,
  manySessions,
  activation,
];
