import { StoredJournal, StoredRuns } from "@flujo/core";
import { describeJournal, describeStateManager } from "@flujo/testing";

describeStateManager({ name: "stored", open: (parts) => new StoredRuns(parts) });
describeJournal({ name: "stored", open: (parts) => new StoredJournal(parts) });
