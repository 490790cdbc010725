import { type Browser, chromium } from 'playwright-core';
import type { ChromiumInstallation } from '../../scripts/vscodeServer.ts';

/** Nothing that would reach for the network or need a GPU or a user namespace. */
const quietArguments = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export async function launchChromium(installation: ChromiumInstallation): Promise<Browser> {
  const env = { ...process.env, ...(installation.libraries === undefined ? {} : { LD_LIBRARY_PATH: installation.libraries }) };
  return chromium.launch({
    executablePath: installation.executable,
    args: quietArguments,
    headless: true,
    env: Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined)),
  });
}
