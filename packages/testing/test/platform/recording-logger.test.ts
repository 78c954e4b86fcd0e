import { describeLogger, RecordingLogger } from "@flujo/testing";

describeLogger({
  name: "recording",
  open: () => new RecordingLogger(),
  written: ({ entries }) => entries.map(({ message, detail }) => `${message} ${String(detail)}`).join("\n"),
});
