import { Button, makeStyles, MessageBar, MessageBarBody, Tab, TabList, tokens } from "@fluentui/react-components";
import { ChatRegular, LockClosedRegular, PersonSwapRegular, SearchSquareRegular } from "@fluentui/react-icons";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState, type ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { leaveCase } from "@/shared/api/inquiries";
import type { CaseSample, InquiryDetail } from "@/shared/api/types";
import { LANGUAGE_NAMES } from "@/shared/i18n";
import { HandOver } from "@/shared/handoff/HandOver";
import { Handoffs } from "@/shared/handoff/Handoffs";
import { AssignDialog } from "@/shared/inquiries/AssignDialog";
import { InquiryStateMark } from "@/shared/inquiries/marks";
import { NotResponse } from "@/shared/inquiries/NotResponse";
import { caseTitle } from "@/shared/inquiries/topic";
import { useTenant } from "@/shared/session/session";
import { ButtonLink } from "@/shared/ui/ButtonLink";
import { Card } from "@/shared/ui/Card";
import { Page, type Crumb } from "@/shared/ui/Page";
import { ProblemBar } from "@/shared/ui/ProblemBar";
import { AnswerCard } from "./AnswerCard";
import { CaseAside } from "./CaseAside";
import { caseHunt } from "./caseWindow";
import { Compare } from "./Compare";
import { Notes } from "./Notes";
import { ReplyCard } from "./ReplyCard";
import { SamplesCard } from "./samples/SamplesCard";
import { Thread } from "./Thread";
import { WithdrawDialog } from "./WithdrawDialog";

const useStyles = makeStyles({
  columns: { display: "grid", gridTemplateColumns: "minmax(0, 1fr) 372px", gap: tokens.spacingHorizontalL, alignItems: "start", "@media (max-width: 1080px)": { gridTemplateColumns: "minmax(0, 1fr)" } },
  column: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalL, minWidth: 0 },
});

const aboutCase = (number: string) => ({ subject_kind: "case" as const, subject_id: number });

interface OpenCaseProps {
  tenant: string;
  inquiry: InquiryDetail;
  expert: boolean;
  crumbs: Crumb[];
  /** The last look failed; what is shown is of the one before. */
  problem: unknown;
}

/** A case with its thread, for the customer's people and for an expert who has it open. */
export function OpenCase({ tenant, inquiry, expert, crumbs, problem }: OpenCaseProps): ReactElement {
  const styles = useStyles();
  const { t, i18n } = useTranslation("inquiries");
  const [view, setView] = useState<"case" | "notes">("case");
  const [fresh, setFresh] = useState<readonly CaseSample[]>([]);
  const isForeign = expert && inquiry.language !== i18n.language;
  return (
    <Page
      title={caseTitle(inquiry)}
      crumbs={crumbs}
      marks={<InquiryStateMark value={inquiry.state} />}
      lead={`${inquiry.number} · ${t(`category.${inquiry.category}`)}${expert ? ` · ${inquiry.tenant.name}` : ""}`}
      actions={
        <>
          {expert ? <ExpertActions tenant={tenant} inquiry={inquiry} /> : <CustomerActions tenant={tenant} inquiry={inquiry} />}
          <HandOver about={aboutCase(inquiry.number)} />
        </>
      }
    >
      {problem !== null && <ProblemBar error={problem} />}
      {!expert && <NotResponse />}
      {isForeign && (
        <MessageBar intent="warning" layout="multiline">
          <MessageBarBody>{t("otherLanguage", { asked: LANGUAGE_NAMES[inquiry.language], own: LANGUAGE_NAMES[i18n.language as keyof typeof LANGUAGE_NAMES] })}</MessageBarBody>
        </MessageBar>
      )}
      {expert && (
        <TabList selectedValue={view} onTabSelect={(_, data) => setView(data.value === "notes" ? "notes" : "case")}>
          <Tab value="case" icon={<ChatRegular />}>
            {t("section.thread")}
          </Tab>
          <Tab value="notes" icon={<LockClosedRegular />}>
            {t("notes.title")}
          </Tab>
        </TabList>
      )}
      <div className={styles.columns}>
        <div className={styles.column}>
          {view === "notes" ? (
            <Notes tenant={tenant} number={inquiry.number} />
          ) : (
            <>
              <Card title={expert ? undefined : t("section.thread")}>
                <Thread tenant={tenant} inquiry={inquiry} />
              </Card>
              {expert ? <AnswerCard tenant={tenant} inquiry={inquiry} /> : <ReplyCard tenant={tenant} inquiry={inquiry} fresh={fresh} onSent={() => setFresh([])} />}
              <SamplesCard tenant={tenant} inquiry={inquiry} expert={expert} onReceived={(sample) => setFresh((before) => [...before, sample])} />
            </>
          )}
        </div>
        <div className={styles.column}>
          <CaseAside tenant={tenant} inquiry={inquiry} expert={expert} />
          <Handoffs about={aboutCase(inquiry.number)} />
        </div>
      </div>
    </Page>
  );
}

function CustomerActions({ tenant, inquiry }: { tenant: string; inquiry: InquiryDetail }): ReactElement | null {
  const { t } = useTranslation("inquiries");
  const { can } = useTenant();
  const [withdrawing, setWithdrawing] = useState(false);
  if (!inquiry.steps.includes("withdraw") || !can("inquiry:reply")) return null;
  return (
    <>
      <Button onClick={() => setWithdrawing(true)}>{t("withdraw.open")}</Button>
      {withdrawing && <WithdrawDialog tenant={tenant} number={inquiry.number} onClose={() => setWithdrawing(false)} />}
    </>
  );
}

function ExpertActions({ tenant, inquiry }: { tenant: string; inquiry: InquiryDetail }): ReactElement {
  const { t } = useTranslation("inquiries");
  const { can } = useTenant();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [assigning, setAssigning] = useState(false);
  const leave = useMutation({
    mutationFn: () => leaveCase(tenant, inquiry.number),
    onSuccess: async () => {
      await navigate({ to: "/provider/inquiries" });
      queries.removeQueries({ queryKey: ["tenant", tenant, "inquiries", inquiry.number] });
      await queries.invalidateQueries({ queryKey: ["provider", "inquiries"] });
    },
  });
  return (
    <>
      {can("hunt:run") && (
        <ButtonLink to="/tenants/$tenant/hunting" params={{ tenant }} search={caseHunt(inquiry, new Date())} icon={<SearchSquareRegular />}>
          {t("hunt")}
        </ButtonLink>
      )}
      <Compare tenant={tenant} number={inquiry.number} />
      <Button icon={<PersonSwapRegular />} onClick={() => setAssigning(true)}>
        {t("assign.open")}
      </Button>
      <Button disabled={leave.isPending} onClick={() => leave.mutate()}>
        {t("access.leave")}
      </Button>
      {leave.error && <ProblemBar error={leave.error} />}
      {assigning && <AssignDialog tenant={tenant} number={inquiry.number} assignedTo={inquiry.assigned_to} isOpen onClose={() => setAssigning(false)} />}
    </>
  );
}
