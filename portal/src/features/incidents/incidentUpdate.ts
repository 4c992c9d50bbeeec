import { useMutation, useQueryClient } from "@tanstack/react-query";
import { changeIncident, incidentQuery } from "@/shared/api/incidents";
import type { IncidentChange } from "@/shared/api/types";
import { useTenant } from "@/shared/session/session";

/** Changes one incident and shows the change everywhere it is listed. */
export function useIncidentUpdate(incidentId: number) {
  const { slug } = useTenant();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (change: IncidentChange) => changeIncident(slug, incidentId, change),
    onSuccess: async (incident) => {
      queries.setQueryData(incidentQuery(slug, incidentId).queryKey, incident);
      await queries.invalidateQueries({ queryKey: ["tenant", slug, "incidents"] });
      await queries.invalidateQueries({ queryKey: ["tenant", slug, "alerts"] });
    },
  });
}
