import { Tab, TabList } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState, type ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { pacesQuery } from "@/shared/api/desk";
import { PACE_DAYS, PaceDays, PaceTable } from "@/shared/inquiries/PaceTable";
import { DESK_TABS, oneOf } from "@/shared/url/search";
import { Card } from "@/shared/ui/Card";
import { Page } from "@/shared/ui/Page";
import { ProblemBar } from "@/shared/ui/ProblemBar";
import { PacesTable } from "./PacesTable";
import { Queue } from "./Queue";
import { SavedAnswers } from "./SavedAnswers";

const route = getRouteApi("/in/provider/inquiries");

/** The experts' desk over all customers: what is due, words to use again, and how fast they are. */
export function DeskPage(): ReactElement {
  const { t } = useTranslation("desk");
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const tab = search.tab ?? "queue";
  return (
    <Page title={t("title")} lead={t("lead")}>
      <TabList
        selectedValue={tab}
        onTabSelect={(_, data) => {
          const chosen = oneOf(data.value, DESK_TABS);
          void navigate({ search: { tab: chosen === "queue" ? undefined : chosen }, replace: true });
        }}
      >
        {DESK_TABS.map((one) => (
          <Tab key={one} value={one}>
            {t(`tab.${one}`)}
          </Tab>
        ))}
      </TabList>
      {tab === "queue" && <Queue mine={search.mine === true} page={search.page} onChange={(next) => void navigate({ search: { ...search, ...next }, replace: true })} />}
      {tab === "answers" && <SavedAnswers />}
      {tab === "pace" && <Paces />}
    </Page>
  );
}

function Paces(): ReactElement {
  const { t } = useTranslation(["inquiries", "desk"]);
  const [days, setDays] = useState<number>(PACE_DAYS[1]);
  const paces = useQuery(pacesQuery(days));
  const all = paces.data?.items.find(({ tenant }) => tenant === null);
  return (
    <>
      {paces.error && <ProblemBar error={paces.error} retry={() => void paces.refetch()} />}
      <Card title={t("desk:paceAll")} actions={<PaceDays value={days} onChange={setDays} />} flush>
        {all && <PaceTable pace={all} />}
      </Card>
      <Card title={t("desk:paceEach")} flush>
        <PacesTable paces={paces.data?.items.filter(({ tenant }) => tenant !== null)} />
      </Card>
    </>
  );
}
