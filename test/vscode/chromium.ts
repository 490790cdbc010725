import { type Browser, chromium } from 'playwright-core';
import type { ChromiumInstallation } from './installations.ts';

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
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (value !== undefined) {
      env[name] = value;
    }
  }
  if (installation.libraries !== undefined) {
    env['LD_LIBRARY_PATH'] = installation.libraries;
  }
  return chromium.launch({
    executablePath: installation.executable,
    args: quietArguments,
    headless: true,
    env,
  });
}
