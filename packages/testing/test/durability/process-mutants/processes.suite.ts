import { describeStateProcesses } from "@flujo/testing";
import hasty from "./hasty-program.ts";
import stealing from "./stealing-program.ts";
import unfenced from "./unfenced-program.ts";

const at = (name: string): URL => new URL(`./${name}-program.ts`, import.meta.url);

describeStateProcesses({ name: "hasty", program: hasty, module: at("hasty"), kills: 2 });
describeStateProcesses({ name: "stealing", program: stealing, module: at("stealing"), kills: 2 });
describeStateProcesses({ name: "unfenced", program: unfenced, module: at("unfenced"), kills: 2 });
