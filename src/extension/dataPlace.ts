import * as path from 'node:path';
import { resolvePaths, type RevenantPaths } from '../platform/paths.ts';
import { expandHome } from './variables.ts';

export interface DataPlace {
  readonly paths: RevenantPaths;
  /** What `REVENANT_HOME` must be for the command line to find the same sessions; undefined: nothing. */
  readonly home: string | undefined;
  /** True when the setting is set, not overridden by `REVENANT_HOME`, and no absolute path: it is not used. */
  readonly isSettingUnusable: boolean;
}

/** Where this window's sessions are kept, by `REVENANT_HOME` and the setting `revenant.dataDirectory`. */
export function findDataPlace(
  env: Readonly<Record<string, string | undefined>>,
  setting: string | null,
  userHome: string,
): DataPlace {
  const wanted = expandHome(setting?.trim() ?? '', userHome);
  const isOverridden = (env['REVENANT_HOME'] ?? '') !== '';
  const isUsable = wanted !== '' && path.isAbsolute(wanted);
  const directory = isOverridden || !isUsable ? undefined : wanted;
  const paths = resolvePaths(env, directory);
  return {
    paths,
    home: isOverridden || directory !== undefined ? paths.data : undefined,
    isSettingUnusable: !isOverridden && wanted !== '' && !isUsable,
  };
}
