#!/usr/bin/env node
// Plain JavaScript that any Node can read: an old one is turned away before anything native is loaded.
// SQLite's binary needs version 10 of Node's own interface for binaries, and ends the process without a word below it.
const [major] = process.versions.node.split(".").map(Number);

if (major < 22 || Number(process.versions.napi) < 10) {
  console.error(`flujo needs Node 22.14 or later (of Node 23, 23.6); this is Node ${process.versions.node}.`);
  process.exitCode = 2;
} else {
  void import("../dist/main.js").then(({ main }) => main(process.argv.slice(2)));
}
