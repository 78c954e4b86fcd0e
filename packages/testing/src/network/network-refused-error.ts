import { type ErrorCategory, FlujoError, type FlujoErrorOptions } from "@flujo/core/protocols";

/** Something wanted to leave this machine while {@link loopbackOnly} keeps it from that. */
export class NetworkRefusedError extends FlujoError {
  override readonly name = "NetworkRefusedError";
  readonly code = "network_refused";
  readonly category: ErrorCategory = "permanent";
  readonly retryable = false;

  constructor(
    /** A name or an address. */
    readonly host: string,
    /** Absent where a name was to be looked up. */
    readonly port: number | undefined,
    options?: FlujoErrorOptions,
  ) {
    const what = port === undefined ? `${host} was not looked up` : `${host}:${port} was not connected to`;
    super(`${what}: this test keeps to loopback. If it has to be, say loopbackOnly({ allow: ["${host}"] })`, options);
  }
}
