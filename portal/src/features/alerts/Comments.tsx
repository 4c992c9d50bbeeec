import { Avatar, Button, Field, makeStyles, Text, Textarea, tokens } from "@fluentui/react-components";
import { useState, type SyntheticEvent, type ReactElement } from "react";
import { useTranslation } from "react-i18next";
import type { AlertDetail } from "@/shared/api/types";
import { useTenant } from "@/shared/session/session";
import { Card } from "@/shared/ui/Card";
import { ProblemBar } from "@/shared/ui/ProblemBar";
import { Prose } from "@/shared/ui/Prose";
import { Time } from "@/shared/ui/Time";
import { useNotify } from "@/shared/ui/toasts";
import { useAlertUpdate } from "./alertUpdate";

const useStyles = makeStyles({
  comment: { display: "flex", gap: tokens.spacingHorizontalM },
  words: { display: "flex", flexDirection: "column", gap: "2px", minWidth: 0 },
  head: { display: "flex", gap: tokens.spacingHorizontalS, alignItems: "baseline", color: tokens.colorNeutralForeground2, fontSize: tokens.fontSizeBase200 },
  form: { display: "flex", flexDirection: "column", gap: "10px", alignItems: "flex-start" },
});

export function Comments({ alert }: { alert: AlertDetail }): ReactElement | null {
  const styles = useStyles();
  const { t } = useTranslation("alerts");
  const { can } = useTenant();
  const notify = useNotify();
  const [text, setText] = useState("");
  const update = useAlertUpdate(alert.id, () => {
    setText("");
    notify(t("comment.added"));
  });
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    update.mutate({ comment: text.trim() });
  };
  if (alert.comments.length === 0 && !can("alert:manage")) return null;
  return (
    <Card title={t("section.comments")}>
      {alert.comments.map(({ created_by, created, text: words }) => (
        <div key={`${created}${created_by}`} className={styles.comment}>
          <Avatar name={created_by} size={28} color="colorful" aria-hidden="true" />
          <div className={styles.words}>
            <span className={styles.head}>
              <Text weight="semibold">{created_by}</Text>
              <Time value={created} />
            </span>
            <Prose text={words} />
          </div>
        </div>
      ))}
      {can("alert:manage") && (
        <form onSubmit={submit} className={styles.form}>
          <Field label={t("comment.label")} style={{ width: "100%" }}>
            <Textarea value={text} resize="vertical" onChange={(_, data) => setText(data.value)} />
          </Field>
          {update.error && <ProblemBar error={update.error} />}
          <Button type="submit" disabled={update.isPending || text.trim() === ""}>
            {t("comment.add")}
          </Button>
        </form>
      )}
    </Card>
  );
}
