import { Button, Dropdown, Field, Input, Option, Text, Textarea } from "@fluentui/react-components";
import { ChatMultipleRegular } from "@fluentui/react-icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState, type ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { recordTalk, talksQuery } from "@/shared/api/settings";
import type { Talk, TalkInput } from "@/shared/api/types";
import { useSession } from "@/shared/session/session";
import { toLocalInput } from "@/shared/time/time";
import { Card } from "@/shared/ui/Card";
import { DataTable, type TableColumn } from "@/shared/ui/DataTable";
import { FormDialog } from "@/shared/ui/dialogs";
import { Empty } from "@/shared/ui/Empty";
import { Page } from "@/shared/ui/Page";
import { ProblemBar } from "@/shared/ui/ProblemBar";
import { Prose } from "@/shared/ui/Prose";
import { useNotify } from "@/shared/ui/toasts";

const OUTCOMES = ["eligible", "not_yet", "not_eligible"] as const;

const route = getRouteApi("/in/tenants/$tenant/settings/eligibility");

/** The talks that an account manager held with the organisation before it applies. */
export function EligibilityPage(): ReactElement {
  const { t } = useTranslation(["enrolment", "shell"]);
  const { tenant } = route.useParams();
  const list = useQuery(talksQuery(tenant));
  const [recording, setRecording] = useState(false);
  const columns: TableColumn<Talk>[] = [
    { id: "held", header: t("enrolment:talk.held"), cell: ({ held }) => held },
    { id: "outcome", header: t("enrolment:talk.outcome"), cell: ({ outcome }) => <Text weight="semibold">{t(`enrolment:talk.outcomes.${outcome}`)}</Text> },
    { id: "people", header: t("enrolment:talk.participants"), cell: ({ participants }) => participants },
    { id: "notes", header: t("enrolment:talk.notes"), cell: ({ notes }) => <Prose text={notes} /> },
    { id: "by", header: t("enrolment:talk.recordedBy"), cell: ({ recorded_by_name }) => recorded_by_name },
  ];
  return (
    <Page
      title={t("shell:settings.item.eligibility")}
      lead={t("enrolment:talk.lead")}
      crumbs={[{ text: t("shell:settings.title") }, { text: t("shell:settings.area.endpoints") }, { text: t("shell:settings.part.general") }, { text: t("shell:settings.item.eligibility") }]}
      actions={
        <Button appearance="primary" icon={<ChatMultipleRegular />} onClick={() => setRecording(true)}>
          {t("enrolment:talk.record")}
        </Button>
      }
    >
      {list.error ? (
        <ProblemBar error={list.error} retry={() => void list.refetch()} />
      ) : (
        <Card flush>
          {list.data?.total === 0 ? (
            <Empty icon={<ChatMultipleRegular />} title={t("enrolment:talk.none")} text={t("enrolment:talk.noneText")} />
          ) : (
            <DataTable label={t("shell:settings.item.eligibility")} columns={columns} rows={list.data?.items} rowKey={({ id }) => id} />
          )}
        </Card>
      )}
      {recording && <RecordDialog onClose={() => setRecording(false)} />}
    </Page>
  );
}

function RecordDialog({ onClose }: { onClose: () => void }): ReactElement {
  const { t } = useTranslation(["enrolment", "common"]);
  const { tenant } = route.useParams();
  const { timezone, name } = useSession().person;
  const queries = useQueryClient();
  const notify = useNotify();
  const [talk, setTalk] = useState<TalkInput>({ held: toLocalInput(new Date(), timezone).slice(0, 10), participants: name, outcome: "eligible", notes: "" });
  const record = useMutation({
    mutationFn: () => recordTalk(tenant, talk),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: talksQuery(tenant).queryKey });
      notify(t("enrolment:talk.recorded"));
      onClose();
    },
  });
  return (
    <FormDialog
      open
      title={t("enrolment:talk.record")}
      submit={t("common:action.save")}
      busy={record.isPending || !talk.participants.trim() || !talk.held}
      error={record.error}
      onClose={onClose}
      onSubmit={() => record.mutate()}
    >
      <Field label={t("enrolment:talk.held")} required>
        <Input type="date" value={talk.held} onChange={(_, { value }) => setTalk({ ...talk, held: value })} />
      </Field>
      <Field label={t("enrolment:talk.participants")} hint={t("enrolment:talk.participantsHint")} required>
        <Input value={talk.participants} onChange={(_, { value }) => setTalk({ ...talk, participants: value })} />
      </Field>
      <Field label={t("enrolment:talk.outcome")} required>
        <Dropdown
          value={t(`enrolment:talk.outcomes.${talk.outcome}`)}
          selectedOptions={[talk.outcome]}
          onOptionSelect={(_, { optionValue }) => setTalk({ ...talk, outcome: OUTCOMES.find((outcome) => outcome === optionValue) ?? talk.outcome })}
        >
          {OUTCOMES.map((outcome) => (
            <Option key={outcome} value={outcome}>
              {t(`enrolment:talk.outcomes.${outcome}`)}
            </Option>
          ))}
        </Dropdown>
      </Field>
      <Field label={t("enrolment:talk.notes")}>
        <Textarea value={talk.notes} rows={4} onChange={(_, { value }) => setTalk({ ...talk, notes: value })} />
      </Field>
    </FormDialog>
  );
}
