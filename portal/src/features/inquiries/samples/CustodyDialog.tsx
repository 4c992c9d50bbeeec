import { Button, Dialog, DialogActions, DialogBody, DialogContent, DialogSurface, DialogTitle, DialogTrigger } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { custodyQuery, type CustodyEntry, type Sample } from "@/shared/api/samples";
import { DataTable, type TableColumn } from "@/shared/ui/DataTable";
import { ProblemBar } from "@/shared/ui/ProblemBar";
import { Time } from "@/shared/ui/Time";

const KNOWN = ["upload_begun", "upload_abandoned", "received", "examined", "rescan_asked", "downloaded", "opened", "deletion_begun", "deleted"] as const;

/** Who did what with a sample, when. */
export function CustodyDialog({ tenant, number, sample, onClose }: { tenant: string; number: string; sample: Sample; onClose: () => void }): ReactElement {
  const { t } = useTranslation(["samples", "common"]);
  const custody = useQuery(custodyQuery(tenant, number, sample.id));
  const action = (name: string) => {
    const known = KNOWN.find((one) => one === name);
    return known ? t(`samples:custody.action.${known}`) : name;
  };
  const columns: TableColumn<CustodyEntry>[] = [
    { id: "at", header: t("samples:custody.at"), cell: ({ at }) => <Time value={at} /> },
    { id: "action", header: t("samples:custody.what"), cell: (entry) => action(entry.action) },
    { id: "person", header: t("samples:custody.who"), cell: ({ person_name }) => person_name },
  ];
  return (
    <Dialog open onOpenChange={(_, data) => !data.open && onClose()}>
      <DialogSurface style={{ maxWidth: 760 }}>
        <DialogBody>
          <DialogTitle>{t("samples:custody.title", { name: sample.name })}</DialogTitle>
          <DialogContent>
            {custody.error ? <ProblemBar error={custody.error} retry={() => void custody.refetch()} /> : <DataTable label={t("samples:custody.open")} columns={columns} rows={custody.data?.items} rowKey={({ id }) => id} />}
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
