import { Button, Field, makeStyles, MessageBar, MessageBarBody, Text, Textarea } from "@fluentui/react-components";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { inquiryQuery, replyToExperts } from "@/shared/api/inquiries";
import type { CaseSample, InquiryDetail } from "@/shared/api/types";
import { useTenant } from "@/shared/session/session";
import { Card } from "@/shared/ui/Card";
import { ProblemBar } from "@/shared/ui/ProblemBar";
import { useNotify } from "@/shared/ui/toasts";

const useStyles = makeStyles({ actions: { display: "flex", justifyContent: "flex-end" } });
const kept = (number: string) => `huntline.reply.${number}`;

interface ReplyCardProps {
  tenant: string;
  inquiry: InquiryDetail;
  /** Samples that were received since the last reply: they go with the next one. */
  fresh: readonly CaseSample[];
  onSent: () => void;
}

/** What the customer writes next; it lasts in this tab until it is sent. */
export function ReplyCard({ tenant, inquiry, fresh, onSent }: ReplyCardProps): ReactElement | null {
  const styles = useStyles();
  const { t } = useTranslation("inquiries");
  const { can } = useTenant();
  const queries = useQueryClient();
  const notify = useNotify();
  const { number, state } = inquiry;
  const [text, setText] = useState(() => sessionStorage.getItem(kept(number)) ?? "");
  const type = (next: string) => {
    sessionStorage.setItem(kept(number), next);
    setText(next);
  };
  const reply = useMutation({
    mutationFn: () => replyToExperts(tenant, number, { text: text.trim(), sample_ids: fresh.map(({ id }) => id) }),
    onSuccess: async (changed) => {
      sessionStorage.removeItem(kept(number));
      setText("");
      onSent();
      queries.setQueryData(inquiryQuery(tenant, number, false).queryKey, changed);
      notify(t("reply.sent"));
      await queries.invalidateQueries({ queryKey: ["tenant", tenant, "inquiries"] });
    },
  });
  if (!inquiry.steps.includes("reply")) return null;
  if (!can("inquiry:reply")) return <Text>{t("reply.notAllowed")}</Text>;
  const waiting = state === "waiting_info" || state === "waiting_samples";
  const over = state === "concluded" || state === "closed_no_reply";
  return (
    <Card title={t(over ? "reply.followUp" : "reply.title")}>
      {waiting && (
        <MessageBar intent="warning" layout="multiline">
          <MessageBarBody>{t(state === "waiting_samples" ? "reply.waitsForSamples" : "reply.waitsForInfo")}</MessageBarBody>
        </MessageBar>
      )}
      <Field label={t("reply.text")} hint={over ? t("reply.reopens") : undefined}>
        <Textarea value={text} rows={5} resize="vertical" maxLength={50_000} onChange={(_, data) => type(data.value)} />
      </Field>
      {fresh.length > 0 && <Text size={200}>{t("reply.withSamples", { names: fresh.map(({ name }) => name).join(", ") })}</Text>}
      {reply.error && <ProblemBar error={reply.error} />}
      <div className={styles.actions}>
        <Button appearance="primary" disabled={text.trim() === "" || reply.isPending} onClick={() => reply.mutate()}>
          {t("reply.send")}
        </Button>
      </div>
    </Card>
  );
}
