import { Button, Field, makeStyles, MessageBar, MessageBarBody, MessageBarTitle, Spinner, Text, Textarea, tokens } from "@fluentui/react-components";
import { LockClosedRegular } from "@fluentui/react-icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { addNote, notesQuery } from "@/shared/api/inquiries";
import { ProblemBar } from "@/shared/ui/ProblemBar";
import { Prose } from "@/shared/ui/Prose";
import { Time } from "@/shared/ui/Time";

const useStyles = makeStyles({
  // It must not be taken for the thread: other ground, other border, and it says so.
  place: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalM, padding: "16px 20px", borderRadius: tokens.borderRadiusLarge, border: `2px dashed ${tokens.colorPaletteMarigoldBorder1}`, backgroundColor: tokens.colorPaletteMarigoldBackground1, color: tokens.colorNeutralForeground1 },
  list: { listStyle: "none", margin: 0, padding: 0, display: "flex", flexDirection: "column", gap: tokens.spacingVerticalM },
  note: { padding: "10px 14px", borderRadius: tokens.borderRadiusMedium, backgroundColor: tokens.colorNeutralBackground1 },
  actions: { display: "flex", justifyContent: "flex-end" },
  meta: { color: tokens.colorNeutralForeground2 },
});

/** What experts write for one another; no customer reads it. */
export function Notes({ tenant, number }: { tenant: string; number: string }): ReactElement {
  const styles = useStyles();
  const { t } = useTranslation(["inquiries", "common"]);
  const queries = useQueryClient();
  const notes = useQuery(notesQuery(tenant, number));
  const [text, setText] = useState("");
  const add = useMutation({
    mutationFn: () => addNote(tenant, number, text.trim()),
    onSuccess: async () => {
      setText("");
      await queries.invalidateQueries({ queryKey: notesQuery(tenant, number).queryKey });
    },
  });
  return (
    <section className={styles.place} aria-label={t("inquiries:notes.title")}>
      <MessageBar intent="warning" layout="multiline" icon={<LockClosedRegular />}>
        <MessageBarBody>
          <MessageBarTitle>{t("inquiries:notes.private")}</MessageBarTitle>
          {t("inquiries:notes.privateText")}
        </MessageBarBody>
      </MessageBar>
      {notes.isPending && <Spinner label={t("common:loading")} />}
      {notes.error && <ProblemBar error={notes.error} retry={() => void notes.refetch()} />}
      {notes.data?.total === 0 && <Text>{t("inquiries:notes.none")}</Text>}
      <ul className={styles.list}>
        {notes.data?.items.map((note) => (
          <li key={note.id} className={styles.note}>
            <Prose text={note.text} />
            <Text size={200} className={styles.meta}>
              {note.person_name} · <Time value={note.written} />
            </Text>
          </li>
        ))}
      </ul>
      <Field label={t("inquiries:notes.new")}>
        <Textarea value={text} rows={4} resize="vertical" maxLength={50_000} onChange={(_, data) => setText(data.value)} />
      </Field>
      {add.error && <ProblemBar error={add.error} />}
      <div className={styles.actions}>
        <Button disabled={text.trim() === "" || add.isPending} onClick={() => add.mutate()}>
          {t("inquiries:notes.add")}
        </Button>
      </div>
    </section>
  );
}
