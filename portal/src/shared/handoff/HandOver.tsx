import { Button, Checkbox, Field, Input, Select, Text } from "@fluentui/react-components";
import { ShareRegular } from "@fluentui/react-icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { handoffsQuery, makeHandoff } from "@/shared/api/handoffs";
import type { HandoffInput, HandoffSubject, NewHandoff } from "@/shared/api/types";
import { LANGUAGE_NAMES, LANGUAGES } from "@/shared/i18n";
import { useTenant } from "@/shared/session/session";
import { CodeBlock } from "@/shared/ui/CodeBlock";
import { FieldGroup } from "@/shared/ui/FieldGroup";
import { FormDialog, SecretDialog } from "@/shared/ui/dialogs";
import { oneOf } from "@/shared/url/search";
import { NotResponse } from "./NotResponse";

const PARTS = ["evidence", "comments"] as const;

/** The button that hands an incident or a notification over, with its dialog; afterwards the link is shown once. */
export function HandOver({ about }: { about: HandoffSubject }): ReactElement | null {
  const { t } = useTranslation("handoff");
  const { can } = useTenant();
  const [asking, setAsking] = useState(false);
  const [made, setMade] = useState<NewHandoff | null>(null);
  if (!can("handoff:make")) return null;
  return (
    <>
      <Button icon={<ShareRegular />} onClick={() => setAsking(true)}>
        {t("action")}
      </Button>
      {asking && (
        <HandOverDialog
          about={about}
          onClose={() => setAsking(false)}
          onMade={(handoff) => {
            setAsking(false);
            setMade(handoff);
          }}
        />
      )}
      {made && (
        <SecretDialog open title={t("made.title")} text={t("made.warning")} onClose={() => setMade(null)}>
          <Text>{t("made.text", { email: made.recipient_email })}</Text>
          <CodeBlock text={made.link} label={t("made.link")} />
        </SecretDialog>
      )}
    </>
  );
}

function HandOverDialog({ about, onClose, onMade }: { about: HandoffSubject; onClose: () => void; onMade: (made: NewHandoff) => void }): ReactElement {
  const { t, i18n } = useTranslation("handoff");
  const { slug } = useTenant();
  const queries = useQueryClient();
  const list = useQuery(handoffsQuery(slug, about));
  const [content, setContent] = useState<HandoffInput>({
    ...about,
    recipient_name: "",
    recipient_organization: "",
    recipient_email: "",
    language: oneOf(i18n.language, LANGUAGES) ?? "en",
    parts: ["evidence"],
  });
  const make = useMutation({
    mutationFn: () => makeHandoff(slug, content),
    onSuccess: async (made) => {
      await queries.invalidateQueries({ queryKey: handoffsQuery(slug, about).queryKey });
      onMade(made);
    },
  });
  const complete = content.recipient_name.trim() !== "" && content.recipient_email.includes("@");
  return (
    <FormDialog open title={t("title")} submit={t("submit")} busy={make.isPending || !complete} error={make.error} onClose={onClose} onSubmit={() => make.mutate()}>
      <NotResponse responders={list.data?.responders} />
      <Field label={t("recipient.name")} required>
        <Input value={content.recipient_name} maxLength={200} onChange={(_, data) => setContent({ ...content, recipient_name: data.value })} />
      </Field>
      <Field label={t("recipient.organization")}>
        <Input value={content.recipient_organization} maxLength={200} onChange={(_, data) => setContent({ ...content, recipient_organization: data.value })} />
      </Field>
      <Field label={t("recipient.email")} required hint={t("recipient.hint")}>
        <Input type="email" value={content.recipient_email} maxLength={254} onChange={(_, data) => setContent({ ...content, recipient_email: data.value })} />
      </Field>
      <Field label={t("language")}>
        <Select value={content.language} onChange={(_, data) => setContent({ ...content, language: oneOf(data.value, LANGUAGES) ?? "en" })}>
          {LANGUAGES.map((language) => (
            <option key={language} value={language} lang={language}>
              {LANGUAGE_NAMES[language]}
            </option>
          ))}
        </Select>
      </Field>
      <FieldGroup label={t("parts")} hint={t("partsHint")}>
        {PARTS.map((part) => (
          <Checkbox key={part} checked={content.parts.includes(part)} label={t(`part.${part}`)} onChange={(_, data) => setContent({ ...content, parts: PARTS.filter((one) => (one === part ? data.checked === true : content.parts.includes(one))) })} />
        ))}
      </FieldGroup>
    </FormDialog>
  );
}
