import { Button, Field, makeStyles, Textarea, tokens } from "@fluentui/react-components";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type SyntheticEvent, type ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { answerQuestion, enrolmentQuery } from "@/shared/api/settings";
import type { Message } from "@/shared/api/types";
import { useTenant } from "@/shared/session/session";
import { Card } from "@/shared/ui/Card";
import { ProblemBar } from "@/shared/ui/ProblemBar";
import { useNotify } from "@/shared/ui/toasts";
import { Thread } from "./Thread";

const useStyles = makeStyles({ form: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalS, alignItems: "flex-start" }, field: { width: "100%", maxWidth: "76ch" } });

/** The account manager's question, what was written before, and the place to answer. */
export function Question({ messages, mayAnswer }: { messages: readonly Message[]; mayAnswer: boolean }): ReactElement {
  const styles = useStyles();
  const { t } = useTranslation("enrolment");
  const { slug } = useTenant();
  const queries = useQueryClient();
  const notify = useNotify();
  const [text, setText] = useState("");
  const send = useMutation({
    mutationFn: () => answerQuestion(slug, text.trim()),
    onSuccess: (enrolment) => {
      queries.setQueryData(enrolmentQuery(slug).queryKey, enrolment);
      notify(t("question.sent"));
    },
  });
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    send.mutate();
  };
  return (
    <Card title={t("question.title")}>
      <Thread messages={messages} />
      {mayAnswer && (
        <form className={styles.form} onSubmit={submit}>
          <Field label={t("question.answer")} className={styles.field} required>
            <Textarea value={text} rows={4} onChange={(_, data) => setText(data.value)} />
          </Field>
          {send.error && <ProblemBar error={send.error} />}
          <Button appearance="primary" type="submit" disabled={send.isPending || text.trim() === ""}>
            {t("question.send")}
          </Button>
        </form>
      )}
    </Card>
  );
}
