// Stands in for the native module @vscode/spdlog, which npm has only as source. VS Code keeps the text of its output
// channels in files that spdlog writes; without it they stay empty. Writes at once and does not rotate.
const fs = require('node:fs');
const path = require('node:path');

const levelNames = ['trace', 'debug', 'info', 'warning', 'error', 'critical'];
const infoLevel = 2;

class Logger {
  constructor(file) {
    this._file = file;
    this._level = infoLevel;
    this._isRaw = false;
  }

  _write(level, message) {
    if (level < this._level || this._file === undefined) {
      return;
    }
    const time = new Date().toISOString().replace('T', ' ').replace('Z', '');
    const line = this._isRaw ? message : `${time} [${levelNames[level]}] ${message}\n`;
    try {
      fs.appendFileSync(this._file, line);
    } catch {
      // The test has removed the log directory before the server ended.
      this._file = undefined;
    }
  }

  trace(message) {
    this._write(0, message);
  }
  debug(message) {
    this._write(1, message);
  }
  info(message) {
    this._write(2, message);
  }
  warn(message) {
    this._write(3, message);
  }
  error(message) {
    this._write(4, message);
  }
  critical(message) {
    this._write(5, message);
  }
  getLevel() {
    return this._level;
  }
  setLevel(level) {
    this._level = level;
  }
  setPattern() {
    this._isRaw = false;
  }
  clearFormatters() {
    this._isRaw = true;
  }
  flush() {}
  drop() {
    this._file = undefined;
  }
}

const create = async (_name, file) => {
  await fs.promises.mkdir(path.dirname(file), { recursive: true });
  return new Logger(file);
};

exports.version = 0;
exports.setLevel = () => {};
exports.setFlushOn = () => {};
exports.Logger = Logger;
exports.createRotatingLogger = create;
exports.createAsyncRotatingLogger = create;
