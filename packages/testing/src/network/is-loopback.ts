import { BlockList, isIP } from "node:net";

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet("127.0.0.0", 8);
LOOPBACK.addAddress("::1", "ipv6");
// Whoever connects to the unspecified address reaches this machine.
LOOPBACK.addAddress("0.0.0.0");
LOOPBACK.addAddress("::", "ipv6");

/**
 * Whether a host is this machine by its address, or by the name that is always that.
 *
 * Source: RFC 6761, 6.3, for names below `localhost`
 */
export function isLoopback(host: string): boolean {
  const name = host.replace(/^\[(.*)\]$/, "$1").replace(/\.$/, "");
  const version = isIP(name);
  if (version !== 0) return LOOPBACK.check(name, version === 6 ? "ipv6" : "ipv4");
  return name === "localhost" || name.endsWith(".localhost");
}
