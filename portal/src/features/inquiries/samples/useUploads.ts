import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { abandonUpload, beginUpload, finishUpload, putPart, samplesQuery, uploadsOf } from "@/shared/api/samples";
import type { CaseSample } from "@/shared/api/types";
import { matching, sendFile, sleep, type UploadDoor } from "./uploading";

/** A file on its way, as the page shows it. */
export interface Sending {
  key: number;
  file: File;
  state: "queued" | "sending" | "paused" | "failed" | "done";
  sent: number;
  waiting: number | null;
  error: unknown;
}

const doorOf = (tenant: string, number: string): UploadDoor => ({
  unfinished: () => uploadsOf(tenant, number),
  begin: (file) => beginUpload(tenant, number, file),
  put: (upload, part, body, signal, onSent) => putPart(tenant, number, upload, part, body, signal, onSent),
  finish: (upload) => finishUpload(tenant, number, upload),
});

const isPause = (error: unknown) => error instanceof DOMException && error.name === "AbortError";

/** Files on their way to the quarantine, one after the other; each can be paused, resumed and taken back. */
export function useUploads(tenant: string, number: string, onReceived: (sample: CaseSample) => void) {
  const queries = useQueryClient();
  const [rows, setRows] = useState<Sending[]>([]);
  const nextKey = useRef(1);
  const running = useRef(new Map<number, AbortController>());
  // Leaving the page pauses what is on its way: the parts that arrived are kept, and the same file goes on from there.
  useEffect(() => {
    const controllers = running.current;
    return () => controllers.forEach((controller) => controller.abort());
  }, []);

  const change = (key: number, next: Partial<Sending>) => setRows((before) => before.map((row) => (row.key === key ? { ...row, ...next } : row)));
  const start = async (key: number, file: File) => {
    const controller = new AbortController();
    running.current.set(key, controller);
    change(key, { state: "sending", error: null });
    try {
      const sample = await sendFile({ door: doorOf(tenant, number), file, signal: controller.signal, sleep, onProgress: (progress) => change(key, progress) });
      change(key, { state: "done", sent: file.size, waiting: null });
      onReceived(sample);
      await queries.invalidateQueries({ queryKey: samplesQuery(tenant, number).queryKey });
    } catch (error) {
      change(key, { state: isPause(error) ? "paused" : "failed", waiting: null, error: isPause(error) ? null : error });
    } finally {
      running.current.delete(key);
    }
  };
  return {
    rows,
    add: (files: readonly File[]) => {
      const added = files.map((file): Sending => ({ key: nextKey.current++, file, state: "queued", sent: 0, waiting: null, error: null }));
      setRows((before) => [...before, ...added]);
      // One after the other: a broken line is not made better by many at once.
      void added.reduce((before, { key, file }) => before.then(() => start(key, file)), Promise.resolve());
    },
    pause: (key: number) => running.current.get(key)?.abort(),
    resume: (key: number) => {
      const row = rows.find((one) => one.key === key);
      if (row) void start(key, row.file);
    },
    remove: async (key: number) => {
      running.current.get(key)?.abort();
      const row = rows.find((one) => one.key === key);
      setRows((before) => before.filter((one) => one.key !== key));
      if (!row || row.state === "done") return;
      const upload = matching(await uploadsOf(tenant, number).catch(() => []), row.file);
      if (upload) await abandonUpload(tenant, number, upload.id).catch(() => undefined);
    },
  };
}
