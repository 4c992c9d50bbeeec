import { ApiError } from "@/shared/api/problem";
import type { CaseSample, SampleUpload } from "@/shared/api/types";

/** What an upload needs of the server. */
export interface UploadDoor {
  unfinished: () => Promise<SampleUpload[]>;
  begin: (file: { name: string; size: number }) => Promise<SampleUpload>;
  put: (upload: string, part: number, body: Blob, signal: AbortSignal, onSent: (bytes: number) => void) => Promise<void>;
  finish: (upload: string) => Promise<CaseSample>;
}

export interface Part {
  number: number;
  start: number;
  end: number;
}

/** The parts that the server does not hold yet, as ranges of bytes. A file of no bytes has none to send. */
export function missingParts({ size, part_size, parts, received }: SampleUpload): Part[] {
  const held = new Set(received);
  return Array.from({ length: parts }, (_, place) => ({ number: place + 1, start: place * part_size, end: Math.min((place + 1) * part_size, size) })).filter(({ number }) => !held.has(number));
}

export const bytesHeld = (upload: SampleUpload): number => upload.size - missingParts(upload).reduce((sum, { start, end }) => sum + end - start, 0);

/** The unfinished upload of the same file, as far as a name and a size can tell; the server compares contents at the end. */
export const matching = (uploads: readonly SampleUpload[], file: { name: string; size: number }): SampleUpload | undefined => uploads.find(({ name, size, finished }) => !finished && name === file.name && size === file.size);

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;

/** How long to wait after the n-th failure in a row. */
export const pauseAfter = (failures: number): number => Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (failures - 1));

/** What may pass by itself: no connection, a server that is busy or starts again. A refusal does not. */
export const isPassing = (error: unknown): boolean => error instanceof ApiError && (error.problem.status === 0 || error.problem.status === 408 || error.problem.status === 429 || error.problem.status >= 500);

export interface Progress {
  sent: number;
  /** Milliseconds until the next try, while the connection is broken. */
  waiting: number | null;
}

interface UploadRun {
  door: UploadDoor;
  file: File;
  signal: AbortSignal;
  onProgress: (progress: Progress) => void;
  sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** Waits; a pause by the person ends it. */
export const sleep = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(new DOMException("The upload was paused.", "AbortError"));
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", stop);
      resolve();
    }, ms);
    signal.addEventListener("abort", stop, { once: true });
    if (signal.aborted) stop();
  });

/**
 * Sends a file in parts, from where an earlier try left off, and tries again for as long as the fault may pass.
 *
 * @throws ApiError when the server refuses; an AbortError when `signal` says so: nothing that was received is lost by that.
 */
export async function sendFile(run: UploadRun): Promise<CaseSample> {
  const { door, file, onProgress } = run;
  let sent = 0;
  const again = <T>(step: () => Promise<T>): Promise<T> => persist(run, step, () => sent);
  const upload = await again(async () => matching(await door.unfinished(), file) ?? (await door.begin({ name: file.name, size: file.size })));
  sent = bytesHeld(upload);
  onProgress({ sent, waiting: null });
  for (const { number, start, end } of missingParts(upload)) {
    const before = sent;
    await again(() => door.put(upload.id, number, file.slice(start, end), run.signal, (bytes) => onProgress({ sent: before + bytes, waiting: null })));
    sent = before + end - start;
    onProgress({ sent, waiting: null });
  }
  return again(() => door.finish(upload.id));
}

async function persist<T>({ signal, onProgress, sleep: wait }: UploadRun, step: () => Promise<T>, sent: () => number): Promise<T> {
  for (let failures = 1; ; failures += 1) {
    try {
      signal.throwIfAborted();
      return await step();
    } catch (error) {
      if (!isPassing(error)) throw error;
      const pause = pauseAfter(failures);
      onProgress({ sent: sent(), waiting: pause });
      await wait(pause, signal);
    }
  }
}
