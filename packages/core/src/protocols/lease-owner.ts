import { randomUUID } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

/**
 * Who holds a lease or a lock, as text that a store can keep: enough for another process of the same host to
 * see that the holder is dead, and not wait for the end of the lease's time. Unlike any other.
 *
 * For backends that the processes of one host share.
 */
export function newLeaseOwner(): string {
  const owner: LeaseOwner = {
    ...HERE,
    pid: process.pid,
    startedAt: processStatus(process.pid)?.startedAt,
    instance: randomUUID(),
  };
  return JSON.stringify(owner);
}

/**
 * Whether the process that `owner` names is known to be gone.
 * False where that can't be told: on another host, or in another container.
 */
export function isOwnerDead(owner: string): boolean {
  const { host, boot, pids, pid, startedAt } = JSON.parse(owner) as LeaseOwner;
  if (HERE.host === undefined || host !== HERE.host) return false;
  if (boot !== HERE.boot) return true;
  if (pids !== HERE.pids) return false;
  if (!processExists(pid)) return true;
  const status = processStatus(pid);
  if (status === undefined || startedAt === undefined) return false;
  return status.isZombie || status.startedAt !== startedAt;
}

/** Whether `owner` is known to be of a time before the system that this process runs on was started, whatever host it names. */
export function isOwnerOfAnotherBoot(owner: string): boolean {
  const { boot } = JSON.parse(owner) as LeaseOwner;
  return boot !== undefined && HERE.boot !== undefined && boot !== HERE.boot;
}

interface LeaseOwner extends Surroundings {
  readonly pid: number;
  /** Tells the process from a later one that got the same id. Undefined where the system does not say. */
  readonly startedAt: string | undefined;
  /** Tells the backends of one process apart. */
  readonly instance: string;
}

/** Where a process runs. Two that give the same answer see each other's process ids. */
interface Surroundings {
  /** Undefined if this can't be told, as on a Linux that hides what tells containers apart. */
  readonly host: string | undefined;
  /** Since when the system runs: after a restart, process ids begin again. Undefined where it does not say. */
  readonly boot: string | undefined;
  /** Whose process ids they are: containers may share a host's name and a file, but not those. */
  readonly pids: string | undefined;
}

interface ProcessStatus {
  /** In ticks since the system started. */
  readonly startedAt: string;
  /** Whether it has ended, and its parent has not asked how. */
  readonly isZombie: boolean;
}

const HERE = surroundings();

function surroundings(): Surroundings {
  const unknown = { host: undefined, boot: undefined, pids: undefined };
  if (process.platform !== "linux") return { ...unknown, host: `${process.platform} ${hostname()}` };
  try {
    // Where /proc is that of an outer container, it tells of other processes under the ids that we know.
    if (readlinkSync("/proc/self") !== String(process.pid)) return unknown;
    return {
      host: `linux ${hostname()}`,
      boot: readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim(),
      pids: readlinkSync("/proc/self/ns/pid"),
    };
  } catch {
    return unknown; // Without these, a process of another container could be taken for a dead one of ours.
  }
}

function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Anything else, such as EPERM, says that it exists and belongs to another user.
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

/** From `/proc/<pid>/stat`; undefined where there is none, or it is hidden. */
function processStatus(pid: number): ProcessStatus | undefined {
  if (process.platform !== "linux") return undefined;
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch {
    return undefined; // The caller goes by what the signal said.
  }
  // `42 (name) S 1 …`: the name may hold blanks and brackets, so fields are counted from its end; the state is field 3.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [state, startedAt] = [fields[0], fields[22 - 3]];
  return startedAt === undefined ? undefined : { startedAt, isZombie: state === "Z" || state === "X" };
}
