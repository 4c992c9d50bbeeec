import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { ApiError, isStatus } from "@/shared/api/problem";

const RETRIES = 2;

/** A client that leads to the sign-in whenever the server says that nobody is signed in. */
export function createQueryClient(onSignedOut: () => void): QueryClient {
  const onError = (error: unknown) => {
    if (isStatus(error, 401)) onSignedOut();
  };
  return new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: {
        staleTime: 10_000,
        // A refusal stays a refusal; only what may be a passing fault is tried again.
        retry: (failures, error) => failures < RETRIES && (!(error instanceof ApiError) || error.problem.status === 0 || error.problem.status >= 502),
      },
    },
  });
}
