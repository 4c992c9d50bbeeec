import { Button, Dialog, DialogActions, DialogBody, DialogContent, DialogSurface, DialogTitle, DialogTrigger } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { custodyQuery } from "@/shared/api/samples";
import type { CaseSample, CustodyEntry } from "@/shared/api/types";
import { DataTable, type TableColumn } from "@/shared/ui/DataTable";
import { ProblemBar } from "@/shared/ui/ProblemBar";
import { Time } from "@/shared/ui/Time";

/** Who did what with a sample, when. */
export function CustodyDialog({ tenant, number, sample, onClose }: { tenant: string; number: string; sample: CaseSample; onClose: () => void }): ReactElement {
  const { t } = useTranslation(["samples", "common"]);
  const custody = useQuery(custodyQuery(tenant, number, sample.id));
  const columns: TableColumn<CustodyEntry>[] = [
    { id: "at", header: t("samples:custody.at"), cell: ({ at }) => <Time value={at} /> },
    { id: "action", header: t("samples:custody.what"), cell: ({ action }) => t(`samples:custody.action.${action}`) },
    { id: "person", header: t("samples:custody.who"), cell: ({ actor_name }) => actor_name },
  ];
  return (
    <Dialog open onOpenChange={(_, data) => !data.open && onClose()}>
      <DialogSurface style={{ maxWidth: 760 }}>
        <DialogBody>
          <DialogTitle>{t("samples:custody.title", { name: sample.name })}</DialogTitle>
          <DialogContent>
            {custody.error ? <ProblemBar error={custody.error} retry={() => void custody.refetch()} /> : <DataTable label={t("samples:custody.open")} columns={columns} rows={custody.data?.items} rowKey={({ at, action, actor_name }) => `${at} ${action} ${actor_name}`} />}
          </DialogContent>
          <DialogActions>
            <DialogTrigger disableButtonEnhancement>
              <Button appearance="primary">{t("common:action.close")}</Button>
            </DialogTrigger>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
