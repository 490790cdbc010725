import * as fs from 'node:fs';
import * as path from 'node:path';
import { encodeRecording } from '../test/fixtures/recordings/recording.ts';
import { record } from './recordings/record.ts';
import { scenarios } from './recordings/scenarios.ts';
import { StepError, root, runMain, step } from './steps.ts';

const directory = path.join(root, 'test', 'fixtures', 'recordings');

/**
 * Makes the recordings of real programs anew: all, or those named in the arguments. Needs Linux, `unshare` of util-linux
 * and the programs (`scripts/recordings/scenarios.ts`); tests need only what it made.
 */
runMain(async () => {
  if (process.platform !== 'linux') {
    throw new StepError('Recordings are made in Linux namespaces; this is another system.');
  }
  const names = process.argv.slice(2);
  const unknown = names.filter((name) => !scenarios.some((scenario) => scenario.name === name));
  if (unknown.length > 0) {
    throw new StepError(`There is no recording ${unknown.join(', ')}.`);
  }
  for (const scenario of scenarios.filter(({ name }) => names.length === 0 || names.includes(name))) {
    await step(`Recording ${scenario.name}`, async () => {
      const text = encodeRecording(await record(scenario), scenario.name);
      fs.writeFileSync(path.join(directory, `${scenario.name}.cast`), text);
    });
  }
});
