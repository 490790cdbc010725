import type { ChromiumInstallation, VsCodeServerInstallation } from './installations.ts';

// What scripts/test.ts has installed and packaged for the tests that need a VS Code; it tells through the environment.

/** The VSIX under test. */
export function testVsix(): string {
  return given('REVENANT_DEV_VSIX');
}

export function testServer(): VsCodeServerInstallation {
  return { serverDirectory: given('REVENANT_DEV_SERVER'), node: process.execPath };
}

export function testChromium(): ChromiumInstallation {
  const libraries = process.env['REVENANT_DEV_CHROMIUM_LIBS'];
  return { executable: given('REVENANT_DEV_CHROMIUM'), libraries: libraries === '' ? undefined : libraries };
}

function given(name: string): string {
  const value = process.env[name];
  if (!value) {
    throw new Error(`${name} is not set. Run these tests with "npm run test:e2e -- --file NAME".`);
  }
  return value;
}
