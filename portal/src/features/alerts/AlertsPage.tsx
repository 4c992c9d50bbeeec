import { AlertRegular } from "@fluentui/react-icons";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { alertsQuery } from "@/shared/api/incidents";
import { AlertTable } from "@/shared/incidents/AlertTable";
import { pageWindow, type AlertSearch } from "@/shared/url/search";
import { Card } from "@/shared/ui/Card";
import { Empty } from "@/shared/ui/Empty";
import { Page } from "@/shared/ui/Page";
import { Pager } from "@/shared/ui/Pager";
import { ProblemBar } from "@/shared/ui/ProblemBar";
import { AlertFilters } from "./AlertFilters";

const route = getRouteApi("/in/tenants/$tenant/alerts");

export function AlertsPage(): ReactElement {
  const { t } = useTranslation("alerts");
  const { tenant } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { status, severity, source, q } = search;
  const list = useQuery(alertsQuery(tenant, { ...pageWindow(search.page), status: status && [status], severity: severity && [severity], detection_source: source && [source], search: q }));
  const change = (next: AlertSearch) => void navigate({ search: next, replace: true });
  const filtered = Boolean(status ?? severity ?? source ?? q);
  return (
    <Page title={t("title")} lead={t("lead")}>
      <AlertFilters search={search} onChange={change} />
      {list.error ? (
        <ProblemBar error={list.error} retry={() => void list.refetch()} />
      ) : (
        <Card flush>
          {list.data?.total === 0 ? (
            <Empty icon={<AlertRegular />} title={t(filtered ? "none.filtered" : "none.title")} text={t(filtered ? "none.filteredText" : "none.text")} />
          ) : (
            <AlertTable alerts={list.data?.items} />
          )}
          <Pager page={search.page} total={list.data?.total ?? 0} onPage={(page) => change({ ...search, page })} />
        </Card>
      )}
    </Page>
  );
}
