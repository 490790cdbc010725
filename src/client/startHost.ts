import { type ChildProcess, spawn } from 'node:child_process';
import * as path from 'node:path';
import { messageOf, RevenantError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { schema as s } from '../base/schema.ts';
import { encodeUtf8 } from '../base/utf8.ts';
import { cleanEnvironment } from '../platform/cleanEnvironment.ts';
import type { RevenantPaths } from '../platform/paths.ts';
import { wireErrorSchema } from '../protocol/hostMessages.ts';
import { decodeJson } from '../protocol/json.ts';
import { abortedError, throwIfAborted } from './delay.ts';
import { errorFromWire } from './hostMessageReader.ts';
import { hostLogFile } from './hostEndpointFile.ts';

export interface StartHostOptions {
  readonly paths: RevenantPaths;
  /** The host's program, as `stageRuntime` gives it. */
  readonly program: string;
  readonly log: Log;
  readonly signal?: AbortSignal | undefined;
}

const startLimits = {
  /** Until a host says that it serves. One that loads thousands of sessions from a slow disk takes seconds. */
  readyMs: 15_000,
  /** The one line that a host prints; more than this is something else that runs under its name. */
  lineBytes: 64 * 1024,
  /** Of what it says on stderr; the line with the error comes early. */
  complaintCharacters: 8 * 1024,
} as const;

/**
 * Starts a session host that outlives this process: of its own session, without descriptors of ours, its environment
 * free of the window's. Resolves when it serves, or has found that another one does. Rejects with the host's own error,
 * `host-unavailable` when it cannot be started or ends without a word, `host-unresponsive` when it says nothing.
 */
export async function startHost(options: StartHostOptions): Promise<'ready' | 'already-running'> {
  throwIfAborted(options.signal);
  const { paths, program } = options;
  options.log.info(`Starting the session host ${program} for ${paths.data}.`);
  const child: ChildProcess = spawn(process.execPath, [program, '--data-dir', paths.data, '--run-dir', paths.run], {
    detached: true,
    // Errors too: what ends a Node before it can open its log (a file that is missing, say) is told there only.
    stdio: ['ignore', 'pipe', 'pipe'],
    // A directory that is always there and that nobody wants to remove or unmount.
    cwd: path.parse(process.execPath).root,
    env: hostEnvironment(),
    windowsHide: true,
  });
  try {
    return readLine(await firstLine(child, options), options);
  } finally {
    child.stdout?.destroy();
    child.stderr?.destroy();
    child.unref();
  }
}

function hostEnvironment(): Record<string, string> {
  const env = cleanEnvironment(process.env);
  if (process.versions['electron'] !== undefined) {
    // The binary is VS Code's Electron; this makes it a plain Node.
    env['ELECTRON_RUN_AS_NODE'] = '1';
  }
  return env;
}

function firstLine(child: ChildProcess, { paths, signal }: StartHostOptions): Promise<string> {
  const logFile = hostLogFile(paths.data);
  return new Promise((resolve, reject) => {
    let text = '';
    let complaint = '';
    const settle = (finish: () => void): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', handleAbort);
      child.removeAllListeners();
      child.stdout?.removeAllListeners();
      child.stderr?.removeAllListeners();
      finish();
    };
    const fail = (error: RevenantError): void => settle(() => reject(error));
    const handleAbort = (): void => fail(abortedError(signal?.reason));
    const timer = setTimeout(() => {
      const message = `The session host (pid ${child.pid}) was started and does not get ready within ${startLimits.readyMs} ms. Its log: ${logFile}`;
      fail(new RevenantError('host-unresponsive', message));
    }, startLimits.readyMs);
    signal?.addEventListener('abort', handleAbort, { once: true });
    child.once('error', (cause) => {
      const message = `The session host cannot be started with ${process.execPath}: ${messageOf(cause)}`;
      fail(new RevenantError('host-unavailable', message, { cause }));
    });
    // `close` comes after the last output, where `exit` may come before it.
    child.once('close', (code, signalName) => {
      const how = signalName === null ? `exit code ${code}` : signalName;
      const message = `The session host ended before it was ready (${how}${causeIn(complaint)}). Its log: ${logFile}`;
      fail(new RevenantError('host-unavailable', message));
    });
    child.stderr?.setEncoding('utf8');
    child.stderr?.on('data', (chunk: string) => {
      complaint = (complaint + chunk).slice(0, startLimits.complaintCharacters);
    });
    child.stdout?.setEncoding('utf8');
    child.stdout?.on('data', (chunk: string) => {
      text += chunk;
      const end = text.indexOf('\n');
      if (end >= 0) {
        settle(() => resolve(text.slice(0, end).trim()));
      } else if (text.length > startLimits.lineBytes) {
        fail(unexpected(text, logFile));
      }
    });
  });
}

/** The line of an uncaught error among what Node prints of it. */
function causeIn(complaint: string): string {
  const line = /^(?:\w*Error\b.*)$/m.exec(complaint)?.[0];
  return line === undefined ? '' : `, ${line}`;
}

function readLine(line: string, { paths }: StartHostOptions): 'ready' | 'already-running' {
  if (line === 'ready' || line === 'already-running') {
    return line;
  }
  const failure = tryReadFailure(line);
  throw failure === undefined ? unexpected(line, hostLogFile(paths.data)) : errorFromWire(failure);
}

function tryReadFailure(line: string): s.InferOutput<typeof wireErrorSchema> | undefined {
  try {
    return decodeJson(wireErrorSchema, encodeUtf8(line));
  } catch (error) {
    if (error instanceof RevenantError) {
      return undefined;
    }
    throw error;
  }
}

function unexpected(text: string, logFile: string): RevenantError {
  const said = JSON.stringify(text.slice(0, 200));
  return new RevenantError(
    'host-unavailable',
    `The session host said ${said} when it was started. Its log: ${logFile}`,
  );
}
