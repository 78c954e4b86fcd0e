import { BoundedObjectPool, NoPool } from "@flujo/core";
import { describeObjectPool } from "@flujo/testing";

describeObjectPool({ name: "bounded", open: () => new BoundedObjectPool() });
describeObjectPool({ name: "tiny bounded", open: () => new BoundedObjectPool({ maxPerKind: 1 }) });
describeObjectPool({ name: "absent", open: () => new NoPool() });
