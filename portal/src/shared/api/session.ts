import { queryOptions } from "@tanstack/react-query";
import { answer, client } from "./client";
import type { PersonChange } from "./types";

export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: () => answer(client.GET("/api/v1/session")),
  staleTime: 60_000,
  retry: false,
});

export const changePerson = (change: PersonChange) => answer(client.PATCH("/api/v1/session", { body: change }));
