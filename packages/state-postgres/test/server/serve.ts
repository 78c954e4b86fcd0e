// Starts a server, prints how to connect to it, and keeps it until its own input ends: for programs that need one.
import { PostgresServer } from "./postgres-server.ts";

const server = await PostgresServer.start(process.argv.slice(2));
console.log(server.connectionString);
process.stdin.resume().on("end", () => void server[Symbol.asyncDispose]());
