import { Button, makeStyles, Switch, Text, tokens } from "@fluentui/react-components";
import { CheckmarkCircleRegular, LockOpenRegular, PersonSwapRegular } from "@fluentui/react-icons";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState, type ReactElement, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { deskQuery } from "@/shared/api/desk";
import type { DeskRow } from "@/shared/api/types";
import { LANGUAGE_NAMES } from "@/shared/i18n";
import { AssignDialog } from "@/shared/inquiries/AssignDialog";
import { InquiryStateMark, RiskMark, TurnMark } from "@/shared/inquiries/marks";
import { OpenCaseDialog } from "@/shared/inquiries/OpenCaseDialog";
import { pageWindow, type DeskSearch } from "@/shared/url/search";
import { Card } from "@/shared/ui/Card";
import { DataTable, type TableColumn } from "@/shared/ui/DataTable";
import { Empty } from "@/shared/ui/Empty";
import { FilterBar } from "@/shared/ui/FilterBar";
import { Pager } from "@/shared/ui/Pager";
import { ProblemBar } from "@/shared/ui/ProblemBar";
import { TextLink } from "@/shared/ui/TextLink";
import { Time } from "@/shared/ui/Time";

const useStyles = makeStyles({
  two: { display: "flex", flexDirection: "column", alignItems: "flex-start", gap: "2px" },
  first: { display: "flex", gap: "8px", flexWrap: "wrap" },
  second: { color: tokens.colorNeutralForeground2 },
});

type Asking = { what: "open" | "assign"; row: DeskRow };

/** The open cases of all customers, what is due first at the top, without what was written. */
export function Queue({ mine, page, onChange }: { mine: boolean; page: number | undefined; onChange: (change: DeskSearch) => void }): ReactElement {
  const { t } = useTranslation(["desk", "inquiries"]);
  const navigate = useNavigate();
  const list = useQuery(deskQuery({ ...pageWindow(page), mine }));
  const [asking, setAsking] = useState<Asking | null>(null);
  const close = () => setAsking(null);
  const columns: TableColumn<DeskRow>[] = [
    {
      id: "number",
      header: t("inquiries:column.number"),
      cell: ({ number, tenant }) => (
        <Two
          first={
            <TextLink to="/tenants/$tenant/inquiries/$number" params={{ tenant: tenant.slug, number }} style={{ whiteSpace: "nowrap" }}>
              {number}
            </TextLink>
          }
          second={tenant.name}
        />
      ),
    },
    { id: "due", header: t("inquiries:column.due"), cell: (row) => <Due row={row} /> },
    { id: "state", header: t("inquiries:column.state"), cell: ({ state, waits_for }) => <Two first={<InquiryStateMark value={state} />} second={<TurnMark value={waits_for} expert />} /> },
    {
      id: "about",
      header: t("inquiries:column.subjects"),
      cell: ({ category, subjects }) => <Two first={t(`inquiries:category.${category}`)} second={[...new Set(subjects)].map((kind) => t(`inquiries:kind.${kind}`)).join(", ")} />,
    },
    { id: "language", header: t("inquiries:column.language"), cell: ({ language }) => <span lang={language}>{LANGUAGE_NAMES[language]}</span> },
    { id: "assigned", header: t("inquiries:column.assigned"), cell: ({ assigned_to }) => assigned_to || t("inquiries:assign.nobody") },
    {
      id: "actions",
      header: "",
      end: true,
      cell: (row) => (
        <span style={{ whiteSpace: "nowrap", display: "inline-flex", gap: 4 }}>
          {!row.open && (
            <Button size="small" icon={<LockOpenRegular />} aria-label={t("desk:openOne", { number: row.number })} onClick={() => setAsking({ what: "open", row })}>
              {t("inquiries:access.open")}
            </Button>
          )}
          <Button size="small" appearance="subtle" icon={<PersonSwapRegular />} aria-label={t("desk:assignOne", { number: row.number })} title={t("inquiries:assign.open")} onClick={() => setAsking({ what: "assign", row })} />
        </span>
      ),
    },
  ];
  return (
    <>
      <FilterBar>
        <Switch checked={mine} label={t("desk:mine")} onChange={(_, data) => onChange({ mine: data.checked || undefined, page: undefined })} />
      </FilterBar>
      {list.error ? (
        <ProblemBar error={list.error} retry={() => void list.refetch()} />
      ) : (
        <Card flush>
          {list.data?.total === 0 ? (
            <Empty icon={<CheckmarkCircleRegular />} title={t(mine ? "desk:none.mine" : "desk:none.all")} text={t(mine ? "desk:none.mineText" : "desk:none.allText")} />
          ) : (
            <DataTable label={t("desk:tab.queue")} columns={columns} rows={list.data?.items} rowKey={({ number }) => number} />
          )}
          <Pager page={page} total={list.data?.total ?? 0} onPage={(next) => onChange({ page: next })} />
        </Card>
      )}
      {asking?.what === "open" && (
        <OpenCaseDialog
          tenant={asking.row.tenant.slug}
          number={asking.row.number}
          onClose={close}
          onOpened={() => void navigate({ to: "/tenants/$tenant/inquiries/$number", params: { tenant: asking.row.tenant.slug, number: asking.row.number } })}
        />
      )}
      {asking?.what === "assign" && <AssignDialog tenant={asking.row.tenant.slug} number={asking.row.number} assignedTo={asking.row.assigned_to} isOpen={asking.row.open} onClose={close} />}
    </>
  );
}

/** When the customer expects the next message, and what will come of it. */
function Due({ row: { due, breached, at_risk, waits_for } }: { row: DeskRow }): ReactElement {
  if (due === null && !breached && !at_risk) return <span>–</span>;
  return (
    <Two
      first={
        <>
          <Time value={due} /> {due !== null && <Time value={due} ago />}
        </>
      }
      second={waits_for === "experts" || breached ? <RiskMark breached={breached} atRisk={at_risk} /> : null}
    />
  );
}

/** Two lines of a cell. */
function Two({ first, second }: { first: ReactNode; second: ReactNode }): ReactElement {
  const styles = useStyles();
  return (
    <span className={styles.two}>
      <span className={styles.first}>{first}</span>
      {second && (
        <Text size={200} className={styles.second}>
          {second}
        </Text>
      )}
    </span>
  );
}
