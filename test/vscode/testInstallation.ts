import type { ChromiumInstallation, VsCodeServerInstallation } from '../../scripts/vscodeServer.ts';

/** What scripts/test.ts has installed and packaged for the tests that need a VS Code. */
export interface TestInstallation {
  readonly vsix: string;
  readonly server: VsCodeServerInstallation;
  readonly chromium: ChromiumInstallation;
}

/** Read from the environment that scripts/test.ts sets. Throws when a test is run without it. */
export function testInstallation(): TestInstallation {
  const libraries = process.env['REVENANT_DEV_CHROMIUM_LIBS'];
  return {
    vsix: given('REVENANT_DEV_VSIX'),
    server: { serverDirectory: given('REVENANT_DEV_SERVER'), node: process.execPath },
    chromium: { executable: given('REVENANT_DEV_CHROMIUM'), libraries: libraries === '' ? undefined : libraries },
  };
}

function given(name: string): string {
  const value = process.env[name];
  if (!value) {
    throw new Error(`${name} is not set. Run these tests with "npm run test:e2e -- --file NAME".`);
  }
  return value;
}
