// What the web launcher gives VS Code as extensionTestsPath: sends everything that the tests print in the extension host
// to a file, unformatted and in order, runs the real tests module, and leaves its outcome in another file.
const fs = require('node:fs');
const { Writable } = require('node:stream');
const util = require('node:util');

exports.run = async () => {
  const {
    REVENANT_TEST_OUTPUT: outputFile,
    REVENANT_TEST_OUTCOME: outcomeFile,
    REVENANT_TEST_MODULE: moduleFile,
  } = process.env;
  const print = (text) => fs.appendFileSync(outputFile, text);
  // VS Code has put accessors with a setter that does nothing in the place of these, so assigning is not enough.
  const define = (target, name, value) =>
    Object.defineProperty(target, name, { value, writable: true, configurable: true });
  for (const method of ['log', 'info', 'warn', 'error', 'debug']) {
    define(console, method, (...args) => print(`${util.format(...args)}\n`));
  }
  for (const stream of ['stdout', 'stderr']) {
    const write = (chunk, _encoding, done) => {
      print(chunk);
      done();
    };
    define(process, stream, new Writable({ decodeStrings: false, write }));
  }
  try {
    await require(moduleFile).run();
    fs.writeFileSync(outcomeFile, 'passed');
  } catch (error) {
    print(`${error?.stack ?? error}\n`);
    fs.writeFileSync(outcomeFile, 'failed');
    throw error;
  }
};
