import { LedgerGovernor } from "@flujo/core";
import { describeUsageGovernor } from "@flujo/testing";

describeUsageGovernor({ name: "ledger", open: (parts) => new LedgerGovernor(parts) });
