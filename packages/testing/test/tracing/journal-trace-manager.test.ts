import { JournalTraceManager } from "@flujo/core";
import { describeTraceManager } from "@flujo/testing";

describeTraceManager({ name: "journal", open: (parts) => new JournalTraceManager(parts) });
