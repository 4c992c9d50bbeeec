import { useMutation, useQueryClient } from "@tanstack/react-query";
import { alertQuery, changeAlert } from "@/shared/api/incidents";
import type { AlertChange } from "@/shared/api/types";
import { useTenant } from "@/shared/session/session";

/** Changes one alert and shows the change everywhere the alert is listed. */
export function useAlertUpdate(alertId: string, onDone?: () => void) {
  const { slug } = useTenant();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (change: AlertChange) => changeAlert(slug, alertId, change),
    onSuccess: async (alert) => {
      queries.setQueryData(alertQuery(slug, alertId).queryKey, alert);
      await queries.invalidateQueries({ queryKey: ["tenant", slug, "alerts"] });
      await queries.invalidateQueries({ queryKey: ["tenant", slug, "incidents"] });
      onDone?.();
    },
  });
}
