import { ChatHelpRegular } from "@fluentui/react-icons";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState, type ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { calendarQuery } from "@/shared/api/desk";
import { inquiriesQuery, paceQuery } from "@/shared/api/inquiries";
import type { Inquiry } from "@/shared/api/types";
import { InquiryStateMark, TurnMark } from "@/shared/inquiries/marks";
import { NotResponse } from "@/shared/inquiries/NotResponse";
import { caseTitle } from "@/shared/inquiries/topic";
import { PACE_DAYS, PaceDays, PaceTable } from "@/shared/inquiries/PaceTable";
import { INQUIRY_STATES, OPEN_STATES } from "@/shared/inquiries/vocabulary";
import { useMayConsult } from "@/shared/inquiries/consultation";
import { pageWindow, type InquirySearch } from "@/shared/url/search";
import { Card } from "@/shared/ui/Card";
import { DataTable, type TableColumn } from "@/shared/ui/DataTable";
import { Empty } from "@/shared/ui/Empty";
import { ChoiceFilter, FilterBar, SearchFilter } from "@/shared/ui/FilterBar";
import { Page } from "@/shared/ui/Page";
import { Pager } from "@/shared/ui/Pager";
import { ProblemBar } from "@/shared/ui/ProblemBar";
import { TextLink } from "@/shared/ui/TextLink";
import { Time } from "@/shared/ui/Time";
import { BusinessHours } from "./BusinessHours";

const route = getRouteApi("/in/tenants/$tenant/inquiries");

/** Every question to the experts, with where it stands and who does the next thing; and how fast the experts are. */
export function InquiriesPage(): ReactElement {
  const { t } = useTranslation("inquiries");
  const { tenant } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { isMember } = useMayConsult(tenant);
  const states = search.state === "open" ? [...OPEN_STATES] : search.state && [search.state];
  const list = useQuery(inquiriesQuery(tenant, { ...pageWindow(search.page), state: states, search: search.q }));
  const change = (next: InquirySearch) => void navigate({ search: next, replace: true });
  const filtered = search.q !== undefined || search.state !== undefined;
  const columns: TableColumn<Inquiry>[] = [
    {
      id: "number",
      header: t("column.number"),
      cell: ({ number }) => (
        <TextLink to="/tenants/$tenant/inquiries/$number" params={{ tenant, number }} style={{ whiteSpace: "nowrap" }}>
          {number}
        </TextLink>
      ),
    },
    { id: "topic", header: t("column.topic"), cell: (inquiry) => <span style={{ overflowWrap: "anywhere" }}>{caseTitle(inquiry)}</span> },
    { id: "category", header: t("column.category"), cell: ({ category }) => t(`category.${category}`) },
    { id: "state", header: t("column.state"), cell: ({ state }) => <InquiryStateMark value={state} /> },
    { id: "turn", header: t("column.turn"), cell: ({ waits_for }) => <TurnMark value={waits_for} expert={!isMember} /> },
    { id: "promised", header: t("column.promised"), cell: ({ promised }) => <Time value={promised} /> },
    { id: "asked", header: t("column.asked"), cell: ({ asked }) => <Time value={asked} /> },
    { id: "by", header: t("column.askedBy"), cell: ({ asked_by }) => asked_by },
  ];
  return (
    <Page title={t("title")} lead={t(isMember ? "lead" : "leadExpert")}>
      <NotResponse />
      <FilterBar>
        <SearchFilter label={t("search")} value={search.q} onChange={(q) => change({ ...search, q, page: undefined })} />
        <ChoiceFilter
          label={t("column.state")}
          value={search.state}
          choices={[{ value: "open", text: t("openStates") }, ...INQUIRY_STATES.map((value) => ({ value, text: t(`state.${value}`) }))]}
          onChange={(state) => change({ ...search, state, page: undefined })}
        />
      </FilterBar>
      {list.error ? (
        <ProblemBar error={list.error} retry={() => void list.refetch()} />
      ) : (
        <Card flush>
          {list.data?.total === 0 ? (
            <Empty icon={<ChatHelpRegular />} title={t(filtered ? "none.filtered" : "none.title")} text={t(filtered ? "none.filteredText" : isMember ? "none.text" : "none.textExpert")} />
          ) : (
            <DataTable label={t("title")} columns={columns} rows={list.data?.items} rowKey={({ id }) => id} />
          )}
          <Pager page={search.page} total={list.data?.total ?? 0} onPage={(page) => change({ ...search, page })} />
        </Card>
      )}
      <OwnPace tenant={tenant} />
    </Page>
  );
}

function OwnPace({ tenant }: { tenant: string }): ReactElement {
  const { t } = useTranslation("inquiries");
  const [days, setDays] = useState<number>(PACE_DAYS[1]);
  const pace = useQuery(paceQuery(tenant, days));
  const calendar = useQuery(calendarQuery(tenant));
  return (
    <>
      <Card title={t("pace.title")} actions={<PaceDays value={days} onChange={setDays} />} flush>
        {pace.error && <ProblemBar error={pace.error} retry={() => void pace.refetch()} />}
        {pace.data && <PaceTable pace={pace.data} />}
      </Card>
      {calendar.data && (
        <Card title={t("hours.title")}>
          <BusinessHours calendar={calendar.data} />
        </Card>
      )}
    </>
  );
}
