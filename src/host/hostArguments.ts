import * as path from 'node:path';
import { parseArgs } from 'node:util';
import { RevenantError, messageOf } from '../base/errors.ts';

export interface HostArguments {
  readonly dataDirectory: string;
  readonly runDirectory: string;
}

/** Reads `--data-dir D --run-dir R`, both absolute. Throws `invalid-argument`. */
export function parseHostArguments(args: readonly string[]): HostArguments {
  let values: { 'data-dir'?: string; 'run-dir'?: string };
  try {
    ({ values } = parseArgs({
      args: [...args],
      options: { 'data-dir': { type: 'string' }, 'run-dir': { type: 'string' } },
    }));
  } catch (error) {
    throw new RevenantError('invalid-argument', messageOf(error), { cause: error });
  }
  return {
    dataDirectory: absolute('--data-dir', values['data-dir']),
    runDirectory: absolute('--run-dir', values['run-dir']),
  };
}

function absolute(name: string, value: string | undefined): string {
  if (value === undefined || !path.isAbsolute(value)) {
    throw new RevenantError('invalid-argument', `${name} must be given as an absolute path.`);
  }
  return value;
}
