import assert from 'node:assert/strict';
import * as path from 'node:path';
import { test } from 'node:test';
import { compareBuilds, runtimeName } from '../../src/platform/build.ts';
import { newSocketAddress, resolvePaths, shortSocketDirectory } from '../../src/platform/paths.ts';

const onLinux = process.platform !== 'linux' && 'the paths of Linux';

test('REVENANT_HOME holds everything and wins over a setting', () => {
  assert.deepEqual(resolvePaths({ REVENANT_HOME: '/r' }, '/setting'), {
    data: path.resolve('/r'),
    run: path.resolve('/r/run'),
  });
  assert.deepEqual(resolvePaths({}, '/setting'), { data: path.resolve('/setting'), run: path.resolve('/setting/run') });
});

test('data and sockets go where XDG says, and a relative path there is ignored', { skip: onLinux }, () => {
  assert.deepEqual(resolvePaths({ XDG_STATE_HOME: '/state', XDG_RUNTIME_DIR: '/runtime' }), {
    data: '/state/revenant',
    run: '/runtime/revenant',
  });
  const { data, run } = resolvePaths({ XDG_STATE_HOME: 'state', XDG_RUNTIME_DIR: 'runtime' });
  assert.match(data, /\/\.local\/state\/revenant$/);
  assert.match(run, /\/revenant-\d+$/);
});

test(
  'a socket path that is too long for the system is moved to a short one, the same for the same directory',
  { skip: onLinux },
  () => {
    assert.match(
      newSocketAddress('/run/user/1000/revenant', 'host'),
      /^\/run\/user\/1000\/revenant\/host-\d+-[0-9a-f]{8}\.sock$/,
    );
    const long = `/home/${'x'.repeat(120)}/run`;
    const address = newSocketAddress(long, 'host');
    assert.ok(Buffer.byteLength(address) <= 107, address);
    assert.equal(path.dirname(address), shortSocketDirectory(long));
  },
);

test('a build is newer by its version, else by its time', () => {
  const build = (version: string, builtAt = 0): { version: string; builtAt: number } => ({ version, builtAt });
  assert.ok(compareBuilds(build('0.2.0'), build('0.10.0')) < 0);
  assert.ok(compareBuilds(build('1.0.0', 1), build('0.9.9', 2)) > 0);
  assert.ok(compareBuilds(build('1.0.0', 1), build('1.0.0', 2)) < 0);
  assert.equal(compareBuilds(build('1.0.0', 5), build('1.0.0', 5)), 0);
  assert.notEqual(runtimeName(build('1.0.0', 5)), runtimeName(build('1.0.0', 6)));
});
