import { describe, expect, it } from "vitest";
import { ApiError, problemFrom } from "@/shared/api/problem";
import type { CaseSample, SampleUpload } from "@/shared/api/types";
import { bytesHeld, isPassing, matching, missingParts, pauseAfter, sendFile, sleep, type Progress, type UploadDoor } from "./uploading";

const upload = (change: Partial<SampleUpload> = {}): SampleUpload => ({ id: "u", name: "evil.bin", size: 10, part_size: 4, parts: 3, received: [], finished: false, ...change });
const refusal = (status: number) => new ApiError(problemFrom(status, { code: "some_code", title: "No" }));

/** A server that keeps what it is given, and fails as it is told. */
class Server implements UploadDoor {
  uploads: SampleUpload[] = [];
  held = new Map<number, string>();
  calls: string[] = [];
  failures: unknown[] = [];

  private step(name: string): void {
    this.calls.push(name);
    const failure = this.failures.shift();
    if (failure) throw failure as Error;
  }
  unfinished = async () => {
    this.step("unfinished");
    return await Promise.resolve(this.uploads);
  };
  begin = async ({ name, size }: { name: string; size: number }) => {
    this.step("begin");
    const begun = upload({ name, size, parts: Math.ceil(size / 4) });
    this.uploads.push(begun);
    return await Promise.resolve(begun);
  };
  put = async (_: string, part: number, body: Blob, __: AbortSignal, onSent: (bytes: number) => void) => {
    this.step(`put ${part}`);
    onSent(body.size);
    this.held.set(part, await body.text());
    this.uploads = this.uploads.map((one) => ({ ...one, received: [...one.received, part] }));
  };
  finish = async () => {
    this.step("finish");
    return await Promise.resolve({ id: "s", name: "evil.bin" } as CaseSample);
  };
  get content(): string {
    return [...this.held].sort(([a], [b]) => a - b).map(([, text]) => text).join("");
  }
}

const file = new File(["0123456789"], "evil.bin");

function send(server: Server, signal = new AbortController().signal) {
  const progress: Progress[] = [];
  const waits: number[] = [];
  const done = sendFile({
    door: server,
    file,
    signal,
    onProgress: (one) => progress.push(one),
    sleep: (ms) => {
      waits.push(ms);
      return Promise.resolve();
    },
  });
  return { done, progress, waits };
}

describe("missingParts", () => {
  it("cuts a file into ranges, the last one shorter", () => expect(missingParts(upload()).map(({ start, end }) => [start, end])).toEqual([[0, 4], [4, 8], [8, 10]]));
  it("leaves out what is held", () => expect(missingParts(upload({ received: [1, 3] })).map(({ number }) => number)).toEqual([2]));
  it("knows how much is held", () => expect(bytesHeld(upload({ received: [1, 3] }))).toBe(6));
  it("has nothing to send of an empty file", () => expect(missingParts(upload({ size: 0, parts: 0 }))).toEqual([]));
});

describe("matching", () => {
  it.each([
    [{}, true],
    [{ name: "other.bin" }, false],
    [{ size: 11 }, false],
    [{ finished: true }, false],
  ])("with %j: %s", (change, found) => expect(matching([upload(change)], file) !== undefined).toBe(found));
});

describe("pauseAfter", () => {
  it("doubles up to half a minute", () => expect([1, 2, 3, 6, 40].map(pauseAfter)).toEqual([1_000, 2_000, 4_000, 30_000, 30_000]));
});

describe("isPassing", () => {
  it.each([
    [0, true],
    [408, true],
    [429, true],
    [503, true],
    [403, false],
    [409, false],
    [413, false],
  ])("status %d: %s", (status, passing) => expect(isPassing(refusal(status))).toBe(passing));
});

describe("sendFile", () => {
  it("begins, sends every part and finishes", async () => {
    const server = new Server();
    const { done, progress } = send(server);
    expect((await done).id).toBe("s");
    expect(server.calls).toEqual(["unfinished", "begin", "put 1", "put 2", "put 3", "finish"]);
    expect(server.content).toBe("0123456789");
    expect(progress.at(-1)).toEqual({ sent: 10, waiting: null });
  });

  it("goes on where another try left off, with the missing parts alone", async () => {
    const server = new Server();
    server.uploads = [upload({ received: [1, 3] })];
    const { done, progress } = send(server);
    await done;
    expect(server.calls).toEqual(["unfinished", "put 2", "finish"]);
    expect(progress[0]).toEqual({ sent: 6, waiting: null });
  });

  it("tries a part again with growing pauses when the connection breaks", async () => {
    const server = new Server();
    server.failures = [undefined, undefined, undefined, refusal(0), refusal(503)];
    const { done, progress, waits } = send(server);
    await done;
    expect(server.calls).toEqual(["unfinished", "begin", "put 1", "put 2", "put 2", "put 2", "put 3", "finish"]);
    expect(waits).toEqual([1_000, 2_000]);
    expect(progress).toContainEqual({ sent: 4, waiting: 1_000 });
    expect(server.content).toBe("0123456789");
  });

  it("stops at a refusal", async () => {
    const server = new Server();
    server.failures = [undefined, refusal(413)];
    const { done, waits } = send(server);
    await expect(done).rejects.toMatchObject({ problem: { status: 413 } });
    expect([server.calls, waits]).toEqual([["unfinished", "begin"], []]);
  });

  it("stops when it is paused, and sends nothing after that", async () => {
    const server = new Server();
    const pause = new AbortController();
    const put = server.put;
    server.put = async (...given) => {
      await put(...given);
      if (given[1] === 2) pause.abort();
    };
    await expect(send(server, pause.signal).done).rejects.toMatchObject({ name: "AbortError" });
    expect(server.calls.at(-1)).toBe("put 2");
    server.put = put;
    await send(server).done;
    expect(server.content).toBe("0123456789");
  });
});

describe("sleep", () => {
  it("ends at once when the upload is paused", async () => {
    const pause = new AbortController();
    const waiting = sleep(60_000, pause.signal);
    pause.abort();
    await expect(waiting).rejects.toMatchObject({ name: "AbortError" });
  });
});
