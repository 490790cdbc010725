declare const REVENANT_VERSION: string | undefined;
declare const REVENANT_BUILT_AT: number | undefined;

/** This build: put in by esbuild; when the sources are run directly, as unit tests do, the oldest possible one. */
export const thisBuild = {
  version: typeof REVENANT_VERSION === 'string' ? REVENANT_VERSION : '0.0.0',
  builtAt: typeof REVENANT_BUILT_AT === 'number' ? REVENANT_BUILT_AT : 0,
} as const;

interface Build {
  readonly version: string;
  readonly builtAt: number;
}

/** Negative when `a` is older than `b`: a lower version (numbers compared, as in semver), else built earlier. */
export function compareBuilds(a: Build, b: Build): number {
  const left = numbersOf(a.version);
  const right = numbersOf(b.version);
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) {
      return difference;
    }
  }
  return a.builtAt - b.builtAt;
}

function numbersOf(version: string): number[] {
  return (/^\d+(\.\d+)*/.exec(version)?.[0] ?? '0').split('.').map(Number);
}

/** Name of the directory under `<data>/runtime` that holds the staged files of a build. */
export function runtimeName(build: Build): string {
  return `${build.version}-${build.builtAt.toString(36)}`;
}
