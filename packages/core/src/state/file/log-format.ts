import { crc32 } from "node:zlib";
import { StateError } from "../../protocols/errors/state-error.ts";
import { StateFormatError } from "../../protocols/errors/state-format-error.ts";

/**
 * The format of a run's log: a line that names its version, then frames, one for each record.
 *
 * A frame is the length of its payload, the payload's CRC-32 and the CRC-32 of those two, each of four bytes, the lowest
 * first; then the payload. The header has a sum of its own because of the length: damaged, it would point past the
 * end, and a log with damage would look like one whose last write was cut short.
 *
 * History; a version that was released is never changed:
 * - 1: the first.
 * - 2: entries may bear `retryAt` and `folds`, and the first record a `life`. A log of version 1 is one of version 2 as it stands, and is called so before it is next written to.
 */
const VERSION = 2;
const NAME = "flujo run log ";
const FIRST_LINE = /^flujo run log (\d{6})\n$/;
const FIRST_LINE_BYTES: number = NAME.length + 7;

const HEADER_BYTES = 12;
/** The least that disks write, all of it or nothing. */
const SECTOR_BYTES = 512;

/** What a log begins with. */
export const FIRST_LINE_OF_LOG: Buffer = Buffer.from(`${NAME}${String(VERSION).padStart(6, "0")}\n`);

/** Where in a log the header of its first record is: whose checksum tells the log from another of the same name, that was there before. */
export const FIRST_HEADER: { readonly at: number; readonly length: number } = {
  at: FIRST_LINE_BYTES,
  length: HEADER_BYTES,
};

export interface Frame {
  readonly payload: Buffer;
  /** Where in the file the next one begins. */
  readonly end: number;
}

/**
 * @returns where the frames begin
 * @throws {@link StateFormatError} if a newer version wrote the log
 * @throws {@link StateError} if it is no log
 */
export function checkFirstLine(bytes: Buffer, file: string): number {
  const [, digits] = FIRST_LINE.exec(bytes.toString("latin1", 0, FIRST_LINE_BYTES)) ?? [];
  const version = Number(digits ?? 0);
  if (version > VERSION) {
    throw new StateFormatError(
      `The run log ${file} has format ${version}, and this version of @flujo/core knows formats up to ${VERSION}: ` +
        "update the package",
    );
  }
  if (version > 0) return FIRST_LINE_BYTES;
  throw damaged(file, 0, "it does not begin as a run log does");
}

/** Whether a log, whose first line was checked, is of an older version than what is written to it from now on. */
export function isOfOlderVersion(bytes: Buffer): boolean {
  return !bytes.subarray(0, FIRST_LINE_BYTES).equals(FIRST_LINE_OF_LOG);
}

export function toFrame(payload: string): Buffer {
  const length = Buffer.byteLength(payload);
  const frame = Buffer.allocUnsafe(HEADER_BYTES + length);
  frame.write(payload, HEADER_BYTES);
  frame.writeUInt32LE(length, 0);
  frame.writeUInt32LE(crc32(frame.subarray(HEADER_BYTES)), 4);
  frame.writeUInt32LE(crc32(frame.subarray(0, 8)), 8);
  return frame;
}

/**
 * The whole frames in `bytes`, in order, up to where the last write was cut short, if it was.
 *
 * A frame counts as cut short if the file ends before it does or, after a loss of power, if the file's last sector, as far as
 * it belongs to the frame, was never written and is zeros. Anything else that does not fit its sums is damage, also in
 * the last frame: it may have been acknowledged.
 *
 * @param start - where in the file `bytes` begins
 * @throws {@link StateError} that names the file and the place, at a frame that is damaged
 */
export function* framesIn(bytes: Buffer, start: number, file: string): Generator<Frame, void, undefined> {
  let at = 0;
  while (at + HEADER_BYTES <= bytes.length) {
    const length = bytes.readUInt32LE(at);
    const end = at + HEADER_BYTES + length;
    const isHeaderWhole = crc32(bytes.subarray(at, at + 8)) === bytes.readUInt32LE(at + 8);
    if (isHeaderWhole && end > bytes.length) return;
    const payload = bytes.subarray(at + HEADER_BYTES, end);
    if (!isHeaderWhole || crc32(payload) !== bytes.readUInt32LE(at + 4)) {
      if ((!isHeaderWhole || end === bytes.length) && isLastSectorLost(bytes, start, at)) return;
      throw damaged(file, start + at, "a record does not fit its checksum");
    }
    yield { payload, end: start + end };
    at = end;
  }
}

/** The error for a log that can't be trusted from a place on. */
export function damaged(file: string, offset: number, why: string): StateError {
  return new StateError(
    `The run log ${file} is damaged at byte ${offset}: ${why}. What precedes it is whole; restore the rest from a backup`,
  );
}

function isLastSectorLost(bytes: Buffer, start: number, frame: number): boolean {
  const lastSector = Math.floor((start + bytes.length - 1) / SECTOR_BYTES) * SECTOR_BYTES - start;
  return bytes.subarray(Math.max(lastSector, frame)).every((byte) => byte === 0);
}
