import type { SessionId } from '../../base/ids.ts';
import { quoteForShell } from './shellQuoting.ts';

export interface AttachCommandOptions {
  readonly session: SessionId;
  /** The installed command; undefined: the extension's own command line is called by its path. */
  readonly command: string | undefined;
  readonly node: string;
  readonly script: string;
  /** Set when sessions are not kept in the default place. */
  readonly home: string | undefined;
  readonly platform: NodeJS.Platform;
}

/** A line for any terminal on this machine that shows the session there. On Windows for PowerShell. */
export function attachCommandLine({ session, command, node, script, home, platform }: AttachCommandOptions): string {
  if (command !== undefined) {
    const word = platform === 'win32' ? quoteForPowerShell(command) : quoteForShell(command);
    return `${word} attach ${session}`;
  }
  if (platform === 'win32') {
    const homePart = home === undefined ? '' : `$env:REVENANT_HOME=${quoteForPowerShell(home)}; `;
    const words = `& ${quoteForPowerShell(node)} ${quoteForPowerShell(script)}`;
    return `${homePart}$env:ELECTRON_RUN_AS_NODE='1'; ${words} attach ${session}`;
  }
  const homePart = home === undefined ? '' : `REVENANT_HOME=${quoteForShell(home)} `;
  return `${homePart}ELECTRON_RUN_AS_NODE=1 ${quoteForShell(node)} ${quoteForShell(script)} attach ${session}`;
}

function quoteForPowerShell(text: string): string {
  return /^[\w.-]+$/.test(text) ? text : `'${text.replaceAll("'", "''")}'`;
}
