import { Avatar, Button, Field, makeStyles, Text, Textarea, tokens } from "@fluentui/react-components";
import { useMutation } from "@tanstack/react-query";
import { useState, type SyntheticEvent, type ReactElement } from "react";
import { useTranslation } from "react-i18next";
import type { Comment } from "@/shared/api/types";
import { useTenant } from "@/shared/session/session";
import { Card } from "@/shared/ui/Card";
import { ProblemBar } from "@/shared/ui/ProblemBar";
import { Prose } from "@/shared/ui/Prose";
import { Time } from "@/shared/ui/Time";
import { useNotify } from "@/shared/ui/toasts";

const useStyles = makeStyles({
  comment: { display: "flex", gap: tokens.spacingHorizontalM },
  words: { display: "flex", flexDirection: "column", gap: "2px", minWidth: 0 },
  head: { display: "flex", gap: tokens.spacingHorizontalS, alignItems: "baseline", color: tokens.colorNeutralForeground2, fontSize: tokens.fontSizeBase200 },
  form: { display: "flex", flexDirection: "column", gap: "10px", alignItems: "flex-start" },
});

/** What people wrote beside an alert or an incident, and a field for more. */
export function Comments({ comments, send }: { comments: Comment[]; send: (text: string) => Promise<unknown> }): ReactElement | null {
  const styles = useStyles();
  const { t } = useTranslation("alerts");
  const { can } = useTenant();
  const notify = useNotify();
  const [text, setText] = useState("");
  const sending = useMutation({
    mutationFn: send,
    onSuccess: () => {
      setText("");
      notify(t("comment.added"));
    },
  });
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    sending.mutate(text.trim());
  };
  if (comments.length === 0 && !can("alert:manage")) return null;
  return (
    <Card title={t("section.comments")}>
      {comments.map(({ created_by, created, text: words }) => (
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
          {sending.error && <ProblemBar error={sending.error} />}
          <Button type="submit" disabled={sending.isPending || text.trim() === ""}>
            {t("comment.add")}
          </Button>
        </form>
      )}
    </Card>
  );
}
