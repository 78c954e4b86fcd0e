import { newLeaseOwner } from "../../src/lease-owner.ts";

console.log(newLeaseOwner());
process.stdin.resume(); // Lives until it is killed, or whoever started it is gone.
