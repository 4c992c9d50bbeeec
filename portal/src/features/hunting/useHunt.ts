import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import { cancelHunt, runHunt } from "@/shared/api/hunting";
import type { HuntRequest } from "@/shared/api/types";
import { randomUuid } from "./uuid";

/** Runs one hunt at a time; cancelling stops it in the engine, not only on the screen. */
export function useHunt(tenant: string) {
  const queries = useQueryClient();
  const runId = useRef<string | null>(null);
  const mutation = useMutation({
    mutationFn: (request: HuntRequest) => {
      runId.current = randomUuid();
      return runHunt(tenant, { ...request, run_id: runId.current });
    },
    onSettled: () => {
      runId.current = null;
      return queries.invalidateQueries({ queryKey: ["tenant", tenant, "hunts"] });
    },
  });
  return {
    running: mutation.isPending,
    result: mutation.data,
    /** What was asked to get it. */
    query: mutation.variables?.query ?? "",
    error: mutation.error,
    run: (request: HuntRequest) => mutation.mutate(request),
    cancel: () => {
      // The run itself then ends with the server's word that it was cancelled.
      if (runId.current !== null) void cancelHunt(tenant, runId.current).catch(() => undefined);
    },
  };
}
