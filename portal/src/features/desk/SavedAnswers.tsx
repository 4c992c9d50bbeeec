import { Button, Field, Input, Select, Text, Textarea } from "@fluentui/react-components";
import { AddRegular, DeleteRegular, EditRegular, TextBulletListSquareRegular } from "@fluentui/react-icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { deleteSavedAnswer, saveAnswer, savedAnswersQuery } from "@/shared/api/desk";
import type { SavedAnswer, SavedAnswerInput } from "@/shared/api/types";
import { LANGUAGE_NAMES, LANGUAGES } from "@/shared/i18n";
import { oneOf } from "@/shared/url/search";
import { Card } from "@/shared/ui/Card";
import { DataTable, type TableColumn } from "@/shared/ui/DataTable";
import { FormDialog } from "@/shared/ui/dialogs";
import { Empty } from "@/shared/ui/Empty";
import { ProblemBar } from "@/shared/ui/ProblemBar";
import { Time } from "@/shared/ui/Time";
import { useNotify } from "@/shared/ui/toasts";

type Asking = { what: "create" } | { what: "edit" | "delete"; answer: SavedAnswer };

/** Words that experts use again, in each language. */
export function SavedAnswers(): ReactElement {
  const { t } = useTranslation(["desk", "common"]);
  const queries = useQueryClient();
  const notify = useNotify();
  const list = useQuery(savedAnswersQuery);
  const [asking, setAsking] = useState<Asking | null>(null);
  const close = () => setAsking(null);
  const remove = useMutation({
    mutationFn: (id: string) => deleteSavedAnswer(id),
    onSuccess: async () => {
      close();
      await queries.invalidateQueries({ queryKey: savedAnswersQuery.queryKey });
      notify(t("desk:answers.deleted"));
    },
  });
  const columns: TableColumn<SavedAnswer>[] = [
    { id: "title", header: t("desk:answers.title"), cell: ({ title }) => <Text weight="semibold">{title}</Text> },
    { id: "language", header: t("desk:answers.language"), cell: ({ language }) => <span lang={language}>{LANGUAGE_NAMES[language]}</span> },
    { id: "text", header: t("desk:answers.text"), cell: ({ text, language }) => <span lang={language} style={{ display: "-webkit-box", WebkitLineClamp: 2, WebkitBoxOrient: "vertical", overflow: "hidden" }}>{text}</span> },
    { id: "changed", header: t("desk:answers.changed"), cell: ({ updated, changed_by }) => <><Time value={updated} /> · {changed_by}</> },
    {
      id: "actions",
      header: "",
      end: true,
      cell: (answer) => (
        <span style={{ whiteSpace: "nowrap" }}>
          <Button size="small" appearance="subtle" icon={<EditRegular />} aria-label={t("desk:answers.editOne", { title: answer.title })} title={t("common:action.edit")} onClick={() => setAsking({ what: "edit", answer })} />
          <Button size="small" appearance="subtle" icon={<DeleteRegular />} aria-label={t("desk:answers.deleteOne", { title: answer.title })} title={t("common:action.delete")} onClick={() => setAsking({ what: "delete", answer })} />
        </span>
      ),
    },
  ];
  const create = (
    <Button size="small" icon={<AddRegular />} onClick={() => setAsking({ what: "create" })}>
      {t("desk:answers.create")}
    </Button>
  );
  return (
    <>
      {list.error ? (
        <ProblemBar error={list.error} retry={() => void list.refetch()} />
      ) : (
        <Card title={t("desk:tab.answers")} actions={create} flush>
          {list.data?.total === 0 ? <Empty icon={<TextBulletListSquareRegular />} title={t("desk:answers.none")} text={t("desk:answers.noneText")} /> : <DataTable label={t("desk:tab.answers")} columns={columns} rows={list.data?.items} rowKey={({ id }) => id} />}
        </Card>
      )}
      {asking?.what === "create" && <AnswerDialog onClose={close} />}
      {asking?.what === "edit" && <AnswerDialog answer={asking.answer} onClose={close} />}
      {asking?.what === "delete" && (
        <FormDialog open title={t("desk:answers.delete")} submit={t("common:action.delete")} busy={remove.isPending} error={remove.error} onClose={close} onSubmit={() => remove.mutate(asking.answer.id)}>
          <Text>{t("desk:answers.deleteText", { title: asking.answer.title })}</Text>
        </FormDialog>
      )}
    </>
  );
}

function AnswerDialog({ answer, onClose }: { answer?: SavedAnswer; onClose: () => void }): ReactElement {
  const { t, i18n } = useTranslation(["desk", "common"]);
  const queries = useQueryClient();
  const notify = useNotify();
  const [content, setContent] = useState<SavedAnswerInput>(() => (answer ? { title: answer.title, language: answer.language, text: answer.text } : { title: "", language: oneOf(i18n.language, LANGUAGES) ?? "en", text: "" }));
  const save = useMutation({
    mutationFn: () => saveAnswer({ ...content, title: content.title.trim(), text: content.text.trim() }, answer?.id),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: savedAnswersQuery.queryKey });
      notify(t("desk:answers.saved"));
      onClose();
    },
  });
  const complete = content.title.trim() !== "" && content.text.trim() !== "";
  return (
    <FormDialog open title={t(answer ? "desk:answers.edit" : "desk:answers.create")} submit={t("common:action.save")} busy={save.isPending || !complete} error={save.error} onClose={onClose} onSubmit={() => save.mutate()}>
      <Field label={t("desk:answers.title")} required>
        <Input value={content.title} maxLength={200} onChange={(_, data) => setContent({ ...content, title: data.value })} />
      </Field>
      <Field label={t("desk:answers.language")}>
        <Select value={content.language} onChange={(_, data) => setContent({ ...content, language: oneOf(data.value, LANGUAGES) ?? "en" })}>
          {LANGUAGES.map((language) => (
            <option key={language} value={language} lang={language}>
              {LANGUAGE_NAMES[language]}
            </option>
          ))}
        </Select>
      </Field>
      <Field label={t("desk:answers.text")} required>
        <Textarea value={content.text} rows={8} resize="vertical" maxLength={50_000} onChange={(_, data) => setContent({ ...content, text: data.value })} />
      </Field>
    </FormDialog>
  );
}
