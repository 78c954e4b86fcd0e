import { newLeaseOwner } from "@flujo/core/protocols";

console.log(newLeaseOwner());
process.stdin.resume(); // Lives until it is killed, or whoever started it is gone.
