// Waits for the end of its input, which is also the end of whoever started it, however that comes about. Then ends the
// server that runs on a folder, if one does, and removes the folder.
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

const [folder = ""] = process.argv.slice(2);
process.stdin.resume().on("end", () => {
  const pid = serverPid();
  if (pid !== undefined) {
    try {
      process.kill(pid, "SIGQUIT");
    } catch {
      // It has ended already.
    }
  }
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
});

function serverPid(): number | undefined {
  try {
    const [pid] = readFileSync(join(folder, "data", "postmaster.pid"), "utf8").split("\n");
    return Number(pid);
  } catch {
    return undefined; // There is none while no server runs.
  }
}
