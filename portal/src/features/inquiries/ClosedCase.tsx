import { Button, MessageBar, MessageBarBody, MessageBarTitle } from "@fluentui/react-components";
import { LockClosedRegular } from "@fluentui/react-icons";
import { useQuery } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { accessesQuery, inquiryStatusQuery } from "@/shared/api/inquiries";
import { InquiryStateMark, TurnMark } from "@/shared/inquiries/marks";
import { OpenCaseDialog } from "@/shared/inquiries/OpenCaseDialog";
import { useSession } from "@/shared/session/session";
import { Card } from "@/shared/ui/Card";
import { Empty } from "@/shared/ui/Empty";
import { Facts } from "@/shared/ui/Facts";
import { Page, type Crumb } from "@/shared/ui/Page";
import { ProblemBar } from "@/shared/ui/ProblemBar";
import { Time } from "@/shared/ui/Time";

/** What an expert sees of a case that they do not have open: where it stands, nothing of what was written, and how to open it. */
export function ClosedCase({ tenant, number, crumbs }: { tenant: string; number: string; crumbs: Crumb[] }): ReactElement {
  const { t } = useTranslation("inquiries");
  const { person } = useSession();
  const [opening, setOpening] = useState(false);
  const status = useQuery(inquiryStatusQuery(tenant, number));
  const accesses = useQuery(accessesQuery(tenant, number));
  const revoked = accesses.data?.items.some(({ expert_name, revoked_by, allowed }) => expert_name === person.email && revoked_by !== "" && allowed === null);
  return (
    <Page title={number} crumbs={crumbs}>
      {status.error && <ProblemBar error={status.error} retry={() => void status.refetch()} />}
      <Card>
        {revoked ? (
          <MessageBar intent="warning" layout="multiline">
            <MessageBarBody>
              <MessageBarTitle>{t("access.revokedTitle")}</MessageBarTitle>
              {t("access.revokedText")}
            </MessageBarBody>
          </MessageBar>
        ) : (
          <Empty
            icon={<LockClosedRegular />}
            title={t("access.closedTitle")}
            text={t("access.closedText")}
            action={
              <Button appearance="primary" disabled={!accesses.data} onClick={() => setOpening(true)}>
                {t("access.open")}
              </Button>
            }
          />
        )}
      </Card>
      {status.data && (
        <Card title={t("section.status")}>
          <Facts
            facts={[
              [t("column.state"), <InquiryStateMark key="state" value={status.data.state} />],
              [t("column.turn"), <TurnMark key="turn" value={status.data.waits_for} expert />],
              [t("column.category"), t(`category.${status.data.category}`)],
              [t("column.asked"), <Time key="asked" value={status.data.asked} />],
              [t("column.promised"), status.data.promised && <Time key="promised" value={status.data.promised} />],
            ]}
          />
        </Card>
      )}
      {opening && <OpenCaseDialog tenant={tenant} number={number} onClose={() => setOpening(false)} onOpened={() => setOpening(false)} />}
    </Page>
  );
}
