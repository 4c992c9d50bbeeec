import { Button } from "@fluentui/react-components";
import { MergeRegular, ShieldCheckmarkRegular } from "@fluentui/react-icons";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState, type ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { incidentsQuery } from "@/shared/api/incidents";
import { IncidentTable } from "@/shared/incidents/IncidentTable";
import { INCIDENT_STATUSES, pageWindow, type IncidentSearch } from "@/shared/url/search";
import { useTenant } from "@/shared/session/session";
import { Card } from "@/shared/ui/Card";
import { useChoice } from "@/shared/ui/choice";
import { Empty } from "@/shared/ui/Empty";
import { ChoiceFilter, FilterBar, SearchFilter } from "@/shared/ui/FilterBar";
import { Page } from "@/shared/ui/Page";
import { Pager } from "@/shared/ui/Pager";
import { ProblemBar } from "@/shared/ui/ProblemBar";
import { MergeDialog } from "./MergeDialog";

const route = getRouteApi("/in/tenants/$tenant/incidents");

export function IncidentsPage(): ReactElement {
  const { t } = useTranslation(["incidents", "common"]);
  const { tenant } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { status, q } = search;
  const list = useQuery(incidentsQuery(tenant, { ...pageWindow(search.page), status: status && [status], search: q }));
  const change = (next: IncidentSearch) => void navigate({ search: next, replace: true });
  const filtered = Boolean(status ?? q);
  const { can } = useTenant();
  const [asking, setAsking] = useState(false);
  // What was merged already is merged no further.
  const open = (list.data?.items ?? []).filter(({ redirect_incident_id }) => redirect_incident_id === null);
  const choice = useChoice(open.map(({ id }) => id));
  const mergeable = can("alert:manage") && open.length > 1;
  return (
    <Page
      title={t("incidents:title")}
      lead={t("incidents:lead")}
      actions={
        mergeable && (
          <Button icon={<MergeRegular />} disabled={choice.chosen.length < 2} onClick={() => setAsking(true)}>
            {t("incidents:merge.action")}
          </Button>
        )
      }
    >
      <FilterBar>
        <SearchFilter label={t("incidents:search")} value={q} onChange={(text) => change({ ...search, q: text, page: undefined })} />
        <ChoiceFilter
          label={t("incidents:column.status")}
          value={status}
          choices={INCIDENT_STATUSES.map((value) => ({ value, text: t(`common:status.${value}`) }))}
          onChange={(value) => change({ ...search, status: value, page: undefined })}
        />
      </FilterBar>
      {list.error ? (
        <ProblemBar error={list.error} retry={() => void list.refetch()} />
      ) : (
        <Card flush>
          {list.data?.total === 0 ? (
            <Empty icon={<ShieldCheckmarkRegular />} title={t(filtered ? "incidents:none.filtered" : "incidents:none.title")} text={t(filtered ? "incidents:none.filteredText" : "incidents:none.text")} />
          ) : (
            <IncidentTable incidents={list.data?.items} choice={mergeable ? choice : undefined} />
          )}
          <Pager page={search.page} total={list.data?.total ?? 0} onPage={(page) => change({ ...search, page })} />
        </Card>
      )}
      {asking && <MergeDialog incidents={open.filter(({ id }) => choice.chosen.includes(id))} onClose={() => setAsking(false)} />}
    </Page>
  );
}
