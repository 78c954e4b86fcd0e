import { type Command, InvalidArgumentError } from "commander";
import { keyValue } from "../arguments/key-value.ts";
import { pointInTime } from "../arguments/point-in-time.ts";
import { SHOWN_STATUSES, type ShownStatus } from "../lens/run-status.ts";

/** The options that make `RunFilters`: which runs a command looks at. */
export function withRunFilterOptions(command: Command): Command {
  return command
    .option("-s, --status <status...>", `only those that are: ${SHOWN_STATUSES.join(", ")}`, statusArgument)
    .option("-p, --pipeline <name>", "only those of this pipeline")
    .option("--since <when>", "only those begun since: 90s, 30m, 24h, 7d, or a date", (text) => pointInTime(text))
    .option("-t, --tag <name=value>", "only those with this tag; may be given many times", keyValue);
}

function statusArgument(text: string, before: readonly ShownStatus[] = []): readonly ShownStatus[] {
  const statuses = text.split(",");
  const unknown = statuses.find((status) => !(SHOWN_STATUSES as readonly string[]).includes(status));
  if (unknown !== undefined) throw new InvalidArgumentError(`It must be one of ${SHOWN_STATUSES.join(", ")}.`);
  return [...before, ...(statuses as ShownStatus[])];
}
