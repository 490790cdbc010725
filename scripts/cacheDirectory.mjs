import * as os from 'node:os';
import * as path from 'node:path';

/** Where downloads are kept for all checkouts: `REVENANT_DEV_CACHE`, else the platform's cache directory. */
export function cacheDirectory() {
  if (process.env.REVENANT_DEV_CACHE) {
    return path.resolve(process.env.REVENANT_DEV_CACHE);
  }
  switch (process.platform) {
    case 'win32':
      return path.join(
        process.env.LOCALAPPDATA || path.join(os.homedir(), 'AppData', 'Local'),
        'revenant-dev',
        'cache',
      );
    case 'darwin':
      return path.join(os.homedir(), 'Library', 'Caches', 'revenant-dev');
    default:
      return path.join(process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache'), 'revenant-dev');
  }
}
