import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import type { Pace } from "@/shared/api/types";
import { partOf } from "@/shared/inquiries/PaceTable";
import { formatSpan } from "@/shared/time/span";
import { DataTable, type TableColumn } from "@/shared/ui/DataTable";

/** The first replies to each customer, side by side. */
export function PacesTable({ paces }: { paces: readonly Pace[] | undefined }): ReactElement {
  const { t, i18n } = useTranslation(["inquiries", "desk"]);
  const said = (seconds: number | null) => (seconds === null ? "–" : formatSpan(seconds, i18n.language));
  const columns: TableColumn<Pace>[] = [
    { id: "tenant", header: t("inquiries:column.tenant"), cell: ({ tenant }) => tenant?.name },
    { id: "asked", header: t("inquiries:pace.asked"), end: true, cell: ({ asked }) => asked },
    { id: "open", header: t("inquiries:pace.open"), end: true, cell: ({ open }) => open },
    { id: "median", header: t("desk:firstReply.median"), end: true, cell: ({ first_reply }) => said(first_reply.median) },
    { id: "p90", header: t("desk:firstReply.p90"), end: true, cell: ({ first_reply }) => said(first_reply.p90) },
    { id: "worst", header: t("desk:firstReply.worst"), end: true, cell: ({ first_reply }) => said(first_reply.worst) },
    { id: "goal", header: t("inquiries:pace.goalMet"), end: true, cell: ({ goal_met, first_reply }) => partOf(goal_met, first_reply.n, i18n.language) },
    { id: "promises", header: t("inquiries:pace.promisesKept"), end: true, cell: ({ promises_kept, promised }) => partOf(promises_kept, promised, i18n.language) },
  ];
  return <DataTable label={t("desk:paceEach")} columns={columns} rows={paces} rowKey={({ tenant }) => tenant?.id ?? ""} />;
}
