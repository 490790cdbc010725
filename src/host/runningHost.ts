import * as fs from 'node:fs/promises';
import { connect } from 'node:net';
import * as path from 'node:path';
import { RevenantError, isRevenantError, systemCodeOf } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { encodeUtf8 } from '../base/utf8.ts';
import { tryReadText } from '../platform/privateFiles.ts';
import { FrameDecoder, encodeFrame } from '../protocol/frame.ts';
import { type HostEndpoint, hostEndpointSchema } from '../protocol/hostEndpoint.ts';
import { type Build, type ClientHello, frameKind, hostHelloSchema, hostProtocol } from '../protocol/hostMessages.ts';
import { decodeJson, encodeJson } from '../protocol/json.ts';
import { isProcessAlive } from '../platform/isProcessAlive.ts';
import { tryReadCommandLine } from './processes.ts';

/** How long a host that is there may take to answer, and one that was killed to go. */
const runningHostLimits = { answerMs: 5000, endMs: 3000, lookAgainMs: 20 } as const;

/** The file in which the host of a run directory says where it listens. */
export function endpointFile(runDirectory: string): string {
  return path.join(runDirectory, 'host.json');
}

/** What the endpoint file says; undefined when there is none or it makes no sense. */
export async function tryReadEndpoint(runDirectory: string): Promise<HostEndpoint | undefined> {
  const text = await tryReadText(endpointFile(runDirectory));
  if (text === undefined) {
    return undefined;
  }
  try {
    return decodeJson(hostEndpointSchema, encodeUtf8(text));
  } catch (error) {
    if (isRevenantError(error, 'protocol')) {
      return undefined;
    }
    throw error;
  }
}

export interface ClearWayOptions {
  readonly runDirectory: string;
  readonly token: string;
  readonly build: Build;
  readonly log: Log;
}

/**
 * To be called under the start lock. True when a host serves the run directory already. Else what a former one left is
 * removed, and one that hangs is ended, if it is certain that it is one: killing a host loses nothing.
 */
export async function isServedOrCleared(options: ClearWayOptions): Promise<boolean> {
  const { runDirectory, log } = options;
  const endpoint = await tryReadEndpoint(runDirectory);
  if (endpoint === undefined) {
    return false;
  }
  switch (await probe(endpoint, options)) {
    case 'serves':
      return true;
    case 'hangs':
      log.warn(`The host with process id ${endpoint.pid} does not answer; it is ended and another one takes over.`);
      await endProcess(endpoint.pid);
      break;
    case 'gone':
      break;
  }
  await fs.rm(endpointFile(runDirectory), { force: true });
  if (process.platform !== 'win32') {
    await fs.rm(endpoint.address, { force: true });
  }
  return false;
}

/**
 * How the host of an endpoint is. One that refuses connections is about to leave, or to listen again: it gets the time
 * of an answer to do so.
 */
async function probe(endpoint: HostEndpoint, options: ClearWayOptions): Promise<'serves' | 'gone' | 'hangs'> {
  const deadline = performance.now() + runningHostLimits.answerMs;
  for (;;) {
    if (!isProcessAlive(endpoint.pid)) {
      return 'gone';
    }
    const present = (await tryReadEndpoint(options.runDirectory)) ?? endpoint;
    if (await answers(present.address, options)) {
      return 'serves';
    }
    if (!(await isHostOf(endpoint.pid, options.runDirectory))) {
      options.log.warn(`Process ${endpoint.pid}, named in the file of a former host, does not answer as one.`);
      return 'gone';
    }
    if (performance.now() > deadline) {
      return 'hangs';
    }
    await delay(runningHostLimits.lookAgainMs);
  }
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Whether somebody who accepts the token says hello there in time. */
function answers(address: string, { token, build }: ClearWayOptions): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(address);
    const decoder = new FrameDecoder();
    const finish = (answered: boolean): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(answered);
    };
    const timer = setTimeout(() => finish(false), runningHostLimits.answerMs);
    socket.on('error', () => finish(false));
    socket.on('close', () => finish(false));
    socket.on('connect', () => {
      const hello: ClientHello = { type: 'hello', token, ...hostProtocol, ...build, client: 'cli', intent: 'connect' };
      socket.write(encodeFrame(frameKind.json, encodeJson(hello)));
    });
    socket.on('data', (chunk) => {
      try {
        decoder.push(chunk);
        const frame = decoder.tryRead();
        if (frame !== undefined) {
          decodeJson(hostHelloSchema, frame.payload);
          finish(true);
        }
      } catch (error) {
        if (!isRevenantError(error, 'protocol')) {
          throw error;
        }
        finish(false);
      }
    });
  });
}

/** Process ids are used again: only a process that was started for this run directory is one of ours. */
async function isHostOf(pid: number, runDirectory: string): Promise<boolean> {
  return (await tryReadCommandLine(pid))?.includes(runDirectory) ?? false;
}

async function endProcess(pid: number): Promise<void> {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (systemCodeOf(error) !== 'ESRCH') {
      throw error;
    }
    return;
  }
  const deadline = performance.now() + runningHostLimits.endMs;
  // A killed process that its parent has not fetched yet has no command line any more.
  while (isProcessAlive(pid) && (await tryReadCommandLine(pid))?.join('') !== '') {
    if (performance.now() > deadline) {
      throw new RevenantError(
        'host-unresponsive',
        `The host with process id ${pid} does not end, not even by SIGKILL.`,
      );
    }
    await delay(runningHostLimits.lookAgainMs);
  }
}
