import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import type { IncidentDetail } from "@/shared/api/types";
import { useTenant } from "@/shared/session/session";

/** Merges or divides incidents, shows the change everywhere, and opens the incident that came of it. */
export function useRegrouping(change: (tenant: string) => Promise<IncidentDetail>, onDone: (incident: IncidentDetail) => void) {
  const { slug } = useTenant();
  const queries = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: () => change(slug),
    onSuccess: async (incident) => {
      await Promise.all(["incidents", "alerts", "notifications"].map((kind) => queries.invalidateQueries({ queryKey: ["tenant", slug, kind] })));
      await navigate({ to: "/tenants/$tenant/incidents/$incidentId", params: { tenant: slug, incidentId: String(incident.id) } });
      onDone(incident);
    },
  });
}
