import * as path from 'node:path';
import { quoteForShell } from './shellQuoting.ts';

export interface LauncherOptions {
  /** The program that runs JavaScript: Node, or VS Code's own binary, which does so with `ELECTRON_RUN_AS_NODE`. */
  readonly node: string;
  /** The staged command line of this build. */
  readonly script: string;
  /** `<data>/runtime`, where other builds' command lines lie. */
  readonly runtimes: string;
  /** Set when sessions are not kept in the default place. */
  readonly home: string | undefined;
}

/** The oldest Node that the command line runs on. */
const oldestNode = 20;

/**
 * A POSIX shell script that runs the command line. An update of VS Code may take its binary away and a newer build its
 * directory: then another `node` of the PATH and the newest build that is there step in.
 */
export function posixLauncher({ node, script, runtimes, home }: LauncherOptions): string {
  const lines = [
    '#!/bin/sh',
    '# Written by the VS Code extension Revenant, which brings it up to date when it starts.',
    ...(home === undefined ? [] : [`: "\${REVENANT_HOME:=${escapeForDoubleQuotes(home)}}"`, 'export REVENANT_HOME']),
    `node=${quoteForShell(node)}`,
    `script=${quoteForShell(script)}`,
    'if [ ! -f "$script" ]; then',
    `  script=$(ls -t ${quoteForShell(runtimes)}/*/cli.js 2>/dev/null | head -n 1)`,
    'fi',
    'if [ ! -x "$node" ]; then',
    '  node=$(command -v node) &&',
    `    "$node" -e 'process.exit(parseInt(process.versions.node, 10) >= ${oldestNode} ? 0 : 1)' || node=`,
    'fi',
    'if [ -z "$node" ] || [ -z "$script" ]; then',
    '  echo "revenant: VS Code or the Revenant extension was moved or removed. Start VS Code once to repair this command." >&2',
    '  exit 1',
    'fi',
    'ELECTRON_RUN_AS_NODE=1 exec "$node" "$script" "$@"',
  ];
  return `${lines.join('\n')}\n`;
}

/** The same for Windows' command interpreter. */
export function windowsLauncher({ node, script, home }: LauncherOptions): string {
  const lines = [
    '@echo off',
    'rem Written by the VS Code extension Revenant, which brings it up to date when it starts.',
    'setlocal',
    ...(home === undefined ? [] : [`if not defined REVENANT_HOME set "REVENANT_HOME=${escapeForBatch(home)}"`]),
    'set "ELECTRON_RUN_AS_NODE=1"',
    `set "REVENANT_NODE=${escapeForBatch(node)}"`,
    'if not exist "%REVENANT_NODE%" set "REVENANT_NODE=node"',
    `if not exist "${escapeForBatch(script)}" (`,
    '  echo revenant: The Revenant extension was moved or removed. Start VS Code once to repair this command. 1>&2',
    '  exit /b 1',
    ')',
    `"%REVENANT_NODE%" "${escapeForBatch(script)}" %*`,
    'exit /b %ERRORLEVEL%',
  ];
  return `${lines.join('\r\n')}\r\n`;
}

/** What lies in a directory of the PATH: it only passes on to the launcher, and so never has to change. */
export function posixForwarder(launcher: string): string {
  return [
    '#!/bin/sh',
    '# Installed by the VS Code extension Revenant.',
    `launcher=${quoteForShell(launcher)}`,
    'if [ ! -x "$launcher" ]; then',
    '  echo "revenant: $launcher is gone. Install the command again from VS Code, or delete this file: $0" >&2',
    '  exit 1',
    'fi',
    'exec "$launcher" "$@"',
    '',
  ].join('\n');
}

/** By this a file in a directory of the PATH is known to be ours, and may be replaced. */
export const forwarderMark = 'Installed by the VS Code extension Revenant.';

/** True when `directory` is one of the PATH's. */
export function isOnPath(directory: string, pathVariable: string | undefined): boolean {
  const normalize = (entry: string): string => {
    const resolved = path.resolve(entry);
    return process.platform === 'win32' ? resolved.toLowerCase() : resolved;
  };
  return (pathVariable ?? '')
    .split(path.delimiter)
    .filter((entry) => entry !== '')
    .some((entry) => normalize(entry) === normalize(directory));
}

function escapeForDoubleQuotes(text: string): string {
  return text.replace(/[\\"$`}]/g, '\\$&');
}

/** In a batch file a percent sign begins a variable even within quotes. */
function escapeForBatch(text: string): string {
  return text.replaceAll('%', '%%');
}
