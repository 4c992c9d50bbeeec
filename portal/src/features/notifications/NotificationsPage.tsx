import { ShieldTaskRegular } from "@fluentui/react-icons";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { notificationsQuery } from "@/shared/api/incidents";
import type { Notification } from "@/shared/api/types";
import { SampleButton } from "@/shared/incidents/SampleButton";
import { pageWindow } from "@/shared/url/search";
import { ButtonLink } from "@/shared/ui/ButtonLink";
import { Card } from "@/shared/ui/Card";
import { DataTable, type TableColumn } from "@/shared/ui/DataTable";
import { Empty } from "@/shared/ui/Empty";
import { CategoryName, SeverityMark, Tags } from "@/shared/ui/marks";
import { Page } from "@/shared/ui/Page";
import { Pager } from "@/shared/ui/Pager";
import { ProblemBar } from "@/shared/ui/ProblemBar";
import { TextLink } from "@/shared/ui/TextLink";
import { Time } from "@/shared/ui/Time";

const route = getRouteApi("/in/tenants/$tenant/notifications");

/** The targeted attack notifications that experts published for this organisation. */
export function NotificationsPage(): ReactElement {
  const { t } = useTranslation("notifications");
  const { tenant } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const list = useQuery(notificationsQuery(tenant, pageWindow(search.page)));
  const columns: TableColumn<Notification>[] = [
    {
      id: "title",
      header: t("column.title"),
      cell: ({ id, title, tags }) => (
        <span style={{ display: "flex", gap: 10, alignItems: "center", flexWrap: "wrap" }}>
          <TextLink to="/tenants/$tenant/notifications/$notificationId" params={{ tenant, notificationId: id }}>
            {title}
          </TextLink>
          <Tags tags={tags} />
        </span>
      ),
    },
    { id: "severity", header: t("column.severity"), cell: ({ severity }) => <SeverityMark value={severity} /> },
    { id: "category", header: t("column.category"), cell: ({ category }) => <CategoryName value={category} /> },
    { id: "published", header: t("column.published"), cell: ({ created }) => <Time value={created} /> },
  ];
  return (
    <Page title={t("title")} lead={t("lead")} actions={<SampleButton />}>
      {list.error ? (
        <ProblemBar error={list.error} retry={() => void list.refetch()} />
      ) : (
        <Card flush>
          {list.data?.total === 0 ? (
            <Empty
              icon={<ShieldTaskRegular />}
              title={t("none.title")}
              text={t("none.text")}
              action={
                <ButtonLink to="/tenants/$tenant/settings/advanced-features" params={{ tenant }}>
                  {t("none.action")}
                </ButtonLink>
              }
            />
          ) : (
            <DataTable label={t("title")} columns={columns} rows={list.data?.items} rowKey={({ id }) => id} />
          )}
          <Pager page={search.page} total={list.data?.total ?? 0} onPage={(page) => void navigate({ search: { page } })} />
        </Card>
      )}
    </Page>
  );
}
