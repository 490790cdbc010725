// The door through which VS Code's API comes in. One for all files: with an `import * as` of its own each of them would
// cost a `require` through VS Code's interceptors and a copy of every name of the API, which was half of the time that
// the extension took to load. Types may be imported from `vscode` directly: they are not there at run time.
export * as vscode from 'vscode';
