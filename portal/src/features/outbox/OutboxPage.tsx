import { Badge, makeStyles, mergeClasses, Spinner, Tab, TabList, Text, tokens } from "@fluentui/react-components";
import { MailInboxRegular, MailReadRegular } from "@fluentui/react-icons";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useState, type ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { mailQuery, outboxQuery } from "@/shared/api/provider";
import type { Mail } from "@/shared/api/types";
import { pageWindow } from "@/shared/url/search";
import { Card } from "@/shared/ui/Card";
import { Empty } from "@/shared/ui/Empty";
import { Facts } from "@/shared/ui/Facts";
import { Page } from "@/shared/ui/Page";
import { Pager } from "@/shared/ui/Pager";
import { ProblemBar } from "@/shared/ui/ProblemBar";
import { Prose } from "@/shared/ui/Prose";
import { Time } from "@/shared/ui/Time";

const useStyles = makeStyles({
  columns: { display: "grid", gridTemplateColumns: "minmax(280px, 2fr) minmax(0, 3fr)", gap: tokens.spacingHorizontalL, alignItems: "start", "@media (max-width: 900px)": { gridTemplateColumns: "minmax(0, 1fr)" } },
  list: { listStyle: "none", margin: 0, padding: 0 },
  entry: { display: "flex", flexDirection: "column", gap: "2px", padding: "10px 20px", color: tokens.colorNeutralForeground1, textDecorationLine: "none", borderBottom: `1px solid ${tokens.colorNeutralStroke3}`, ":hover": { backgroundColor: tokens.colorSubtleBackgroundHover }, ":focus-visible": { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: "-2px" } },
  chosen: { backgroundColor: tokens.colorSubtleBackgroundSelected, boxShadow: `inset 3px 0 0 ${tokens.colorBrandForeground1}` },
  meta: { display: "flex", gap: tokens.spacingHorizontalS, alignItems: "center", justifyContent: "space-between", color: tokens.colorNeutralForeground2, fontSize: tokens.fontSizeBase200 },
  frame: { width: "100%", height: "560px", border: `1px solid ${tokens.colorNeutralStroke2}`, borderRadius: tokens.borderRadiusMedium, backgroundColor: "#fff" },
});

const route = getRouteApi("/in/provider/outbox");
const STATE_COLORS: Record<Mail["state"], "danger" | "success" | "warning" | "informative"> = { sent: "success", failed: "danger", bounced: "danger", queued: "warning", kept: "informative", suppressed: "danger" };

function MailState({ state }: Pick<Mail, "state">): ReactElement {
  const { t } = useTranslation("outbox");
  return (
    <Badge appearance="tint" color={STATE_COLORS[state]}>
      {t(`state.${state}`)}
    </Badge>
  );
}

/** Every mail of this installation; without a mail server they are only kept here, and this is where they are read. */
export function OutboxPage(): ReactElement {
  const styles = useStyles();
  const { t } = useTranslation("outbox");
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const list = useQuery(outboxQuery(pageWindow(search.page)));
  if (list.error) {
    return (
      <Page title={t("title")}>
        <ProblemBar error={list.error} retry={() => void list.refetch()} />
      </Page>
    );
  }
  return (
    <Page title={t("title")} lead={t("lead")}>
      {list.data?.total === 0 ? (
        <Card>
          <Empty icon={<MailInboxRegular />} title={t("none")} text={t("noneText")} />
        </Card>
      ) : (
        <div className={styles.columns}>
          <Card flush>
            <ul className={styles.list}>
              {list.data?.items.map(({ id, to, subject, created, state, tenant }) => (
                <li key={id}>
                  <Link to="/provider/outbox" search={{ ...search, mail: id }} className={mergeClasses(styles.entry, search.mail === id && styles.chosen)} aria-current={search.mail === id ? "true" : undefined}>
                    <Text weight="semibold">{subject}</Text>
                    <span className={styles.meta}>
                      <span>{to}</span>
                      <MailState state={state} />
                    </span>
                    <span className={styles.meta}>
                      <Time value={created} />
                      {tenant && <span>{tenant}</span>}
                    </span>
                  </Link>
                </li>
              ))}
            </ul>
            <Pager page={search.page} total={list.data?.total ?? 0} onPage={(page) => void navigate({ search: { ...search, page } })} />
          </Card>
          {search.mail ? (
            <MailView key={search.mail} id={search.mail} />
          ) : (
            <Card>
              <Empty icon={<MailReadRegular />} title={t("choose")} text={t("chooseText")} />
            </Card>
          )}
        </div>
      )}
    </Page>
  );
}

function MailView({ id }: { id: string }): ReactElement {
  const styles = useStyles();
  const { t } = useTranslation(["outbox", "common"]);
  const [part, setPart] = useState<"html" | "text">("html");
  const mail = useQuery(mailQuery(id));
  if (mail.error) return <ProblemBar error={mail.error} retry={() => void mail.refetch()} />;
  if (!mail.data) return <Spinner label={t("common:loading")} />;
  const { subject, to, created, state, html, text } = mail.data;
  const shown = html === "" ? "text" : part;
  return (
    <Card title={subject}>
      <Facts
        facts={[
          [t("outbox:to"), to],
          [t("outbox:at"), <Time key="at" value={created} />],
          [t("outbox:stateLabel"), <MailState key="state" state={state} />],
        ]}
      />
      <TabList selectedValue={shown} onTabSelect={(_, data) => setPart(data.value === "text" ? "text" : "html")}>
        {html !== "" && <Tab value="html">{t("outbox:html")}</Tab>}
        <Tab value="text">{t("outbox:text")}</Tab>
      </TabList>
      {shown === "html" ? <iframe className={styles.frame} title={t("outbox:html")} sandbox="" srcDoc={html} /> : <Prose text={text} />}
    </Card>
  );
}
