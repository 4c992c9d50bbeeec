import { DesktopRegular } from "@fluentui/react-icons";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { deviceGroupsQuery } from "@/shared/api/delivery";
import { devicesQuery } from "@/shared/api/devices";
import type { Device } from "@/shared/api/types";
import { UNGROUPED } from "@/shared/choice/choice";
import { useConsultationState, useMayConsult, usePageSubjects } from "@/shared/inquiries/consultation";
import { deviceSetSubject, MOST_DEVICES } from "@/shared/inquiries/subjects";
import { useTenant } from "@/shared/session/session";
import { pageWindow, type DeviceSearch } from "@/shared/url/search";
import { ButtonLink } from "@/shared/ui/ButtonLink";
import { Card } from "@/shared/ui/Card";
import { useChoice } from "@/shared/ui/choice";
import { DataTable, type TableColumn } from "@/shared/ui/DataTable";
import { Empty } from "@/shared/ui/Empty";
import { ChoiceFilter, FilterBar, SearchFilter } from "@/shared/ui/FilterBar";
import { Page } from "@/shared/ui/Page";
import { Pager } from "@/shared/ui/Pager";
import { ProblemBar } from "@/shared/ui/ProblemBar";
import { TextLink } from "@/shared/ui/TextLink";
import { Time } from "@/shared/ui/Time";

const route = getRouteApi("/in/tenants/$tenant/devices");

export function DevicesPage(): ReactElement {
  const { t } = useTranslation("devices");
  const { tenant } = route.useParams();
  const { can } = useTenant();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const list = useQuery(devicesQuery(tenant, { ...pageWindow(search.page), search: search.q, group: search.group, tag: search.tag }));
  const groups = useQuery(deviceGroupsQuery(tenant));
  const filtered = search.q !== undefined || search.group !== undefined || search.tag !== undefined;
  const { isMember } = useMayConsult(tenant);
  const { isOpen } = useConsultationState();
  const choice = useChoice(list.data?.items.map(({ device_id }) => device_id) ?? []);
  const total = list.data?.total ?? 0;
  // The list shows a page of them; who asks about all that it filters asks about more than that.
  const isWhole = list.data !== undefined && list.data.items.length === total;
  const all = useQuery({ ...devicesQuery(tenant, { limit: MOST_DEVICES, offset: 0, search: search.q, group: search.group, tag: search.tag }), enabled: isMember && isOpen && !isWhole && choice.chosen.length === 0 && total <= MOST_DEVICES });
  const devices = choice.chosen.length > 0 ? choice.chosen : ((isWhole ? list : all).data?.items.map(({ device_id }) => device_id) ?? []);
  const ofGroup = search.group === undefined ? undefined : (groups.data?.items.find(({ id }) => id === search.group)?.name ?? t("tagged.ungrouped"));
  const said = [search.q, ofGroup, search.tag].filter((one) => one !== undefined);
  const label = said.length > 0 && choice.chosen.length === 0 ? `${t("set", { count: devices.length })}: ${said.join(", ")}` : t("set", { count: devices.length });
  usePageSubjects([deviceSetSubject(tenant, label, devices, { q: search.q, group: search.group, tag: search.tag })]);
  const change = (next: DeviceSearch) => void navigate({ search: next, replace: true });
  const columns: TableColumn<Device>[] = [
    {
      id: "name",
      header: t("column.name"),
      cell: ({ device_id, name }) => (
        <TextLink to="/tenants/$tenant/devices/$deviceId" params={{ tenant, deviceId: device_id }}>
          {name}
        </TextLink>
      ),
    },
    { id: "os", header: t("column.os"), cell: ({ os_platform }) => os_platform || "–" },
    { id: "group", header: t("group"), cell: ({ group }) => group?.name ?? t("tagged.ungrouped") },
    { id: "tags", header: t("tagged.tags"), cell: ({ tags }) => tags.join(", ") || "–" },
    { id: "first", header: t("column.firstSeen"), cell: ({ first_seen }) => <Time value={first_seen} /> },
    { id: "last", header: t("column.lastSeen"), cell: ({ last_seen }) => <Time value={last_seen} /> },
  ];
  if (isMember) columns.unshift(choice.column(({ device_id }) => device_id, ({ name }) => t("choose", { name })));
  return (
    <Page title={t("title")} lead={t("lead")}>
      <FilterBar>
        <SearchFilter label={t("search")} value={search.q} onChange={(q) => change({ ...search, q, page: undefined })} />
        <ChoiceFilter
          label={t("group")}
          value={search.group}
          choices={[...(groups.data?.items.map(({ id, name }) => ({ value: id, text: name })) ?? []), { value: UNGROUPED, text: t("tagged.ungrouped") }]}
          onChange={(group) => change({ ...search, group, page: undefined })}
        />
        {groups.data && groups.data.tags.length > 0 && <ChoiceFilter label={t("tagged.tag")} value={search.tag} choices={groups.data.tags.map((tag) => ({ value: tag, text: tag }))} onChange={(tag) => change({ ...search, tag, page: undefined })} />}
      </FilterBar>
      {list.error ? (
        <ProblemBar error={list.error} retry={() => void list.refetch()} />
      ) : (
        <Card flush>
          {list.data?.total === 0 ? (
            filtered ? (
              <Empty icon={<DesktopRegular />} title={t("none.filtered")} text={t("none.filteredText")} />
            ) : (
              <Empty
                icon={<DesktopRegular />}
                title={t("none.title")}
                text={t("none.text")}
                action={
                  can("ingest_key:manage") && (
                    <ButtonLink to="/tenants/$tenant/settings/ingest-keys" params={{ tenant }} appearance="primary">
                      {t("none.action")}
                    </ButtonLink>
                  )
                }
              />
            )
          ) : (
            <DataTable label={t("title")} columns={columns} rows={list.data?.items} rowKey={({ device_id }) => device_id} />
          )}
          <Pager page={search.page} total={list.data?.total ?? 0} onPage={(page) => change({ ...search, page })} />
        </Card>
      )}
    </Page>
  );
}
