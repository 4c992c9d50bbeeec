import { Button, Text } from "@fluentui/react-components";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { liftSuppression, suppressionsQuery } from "@/shared/api/delivery";
import type { Suppression } from "@/shared/api/types";
import { Card } from "@/shared/ui/Card";
import { DataTable, type TableColumn } from "@/shared/ui/DataTable";
import { ProblemBar } from "@/shared/ui/ProblemBar";
import { Time } from "@/shared/ui/Time";

/** Addresses to which nothing is sent any more, with what the mail server said. Shown only when there are some. */
export function Suppressions({ tenant }: { tenant: string }): ReactElement | null {
  const { t } = useTranslation("emailRules");
  const queries = useQueryClient();
  const list = useQuery({ ...suppressionsQuery(tenant), retry: false });
  const lift = useMutation({
    mutationFn: (id: string) => liftSuppression(tenant, id),
    onSuccess: () => queries.invalidateQueries({ queryKey: suppressionsQuery(tenant).queryKey }),
  });
  if (!list.data || list.data.total === 0) return null;
  const columns: TableColumn<Suppression>[] = [
    { id: "address", header: t("test.recipient"), cell: ({ address }) => <Text weight="semibold">{address}</Text> },
    { id: "since", header: t("suppressed.since"), cell: ({ since }) => <Time value={since} /> },
    { id: "answer", header: t("attempts.tries"), cell: ({ answer }) => answer },
    {
      id: "lift",
      header: "",
      end: true,
      cell: ({ id, address }) => (
        <Button size="small" disabled={lift.isPending} aria-label={t("suppressed.liftOne", { address })} onClick={() => lift.mutate(id)}>
          {t("suppressed.lift")}
        </Button>
      ),
    },
  ];
  return (
    <Card title={t("suppressed.title")} flush>
      {lift.error && <ProblemBar error={lift.error} />}
      <DataTable label={t("suppressed.title")} columns={columns} rows={list.data.items} rowKey={({ id }) => id} />
    </Card>
  );
}
