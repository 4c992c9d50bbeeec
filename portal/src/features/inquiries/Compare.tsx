import { Button, Field, Input, MessageBar, MessageBarBody, Text, Textarea } from "@fluentui/react-components";
import { PeopleTeamRegular } from "@fluentui/react-icons";
import { useMutation } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { compareSector } from "@/shared/api/sector";
import { FormDialog } from "@/shared/ui/dialogs";

const USUAL_DAYS = 30;
const MOST_DAYS = 180;

/** “Was it only us?”: an expert asks in about how many other organizations of the sector something was seen. */
export function Compare({ tenant, number }: { tenant: string; number: string }): ReactElement {
  const { t } = useTranslation("sector");
  const [asking, setAsking] = useState(false);
  return (
    <>
      <Button icon={<PeopleTeamRegular />} onClick={() => setAsking(true)}>
        {t("compare.open")}
      </Button>
      {asking && <CompareDialog tenant={tenant} number={number} onClose={() => setAsking(false)} />}
    </>
  );
}

function CompareDialog({ tenant, number, onClose }: { tenant: string; number: string; onClose: () => void }): ReactElement {
  const { t } = useTranslation("sector");
  const [text, setText] = useState("");
  const [days, setDays] = useState(String(USUAL_DAYS));
  const indicators = text.split(/[\s,;]+/).filter(Boolean);
  const compare = useMutation({ mutationFn: () => compareSector(tenant, number, { indicators, days: Number(days) }) });
  const told = compare.data;
  return (
    <FormDialog
      open
      title={t("compare.title")}
      submit={t("compare.submit")}
      busy={compare.isPending || indicators.length === 0}
      error={compare.error}
      onClose={onClose}
      onSubmit={() => compare.mutate()}
    >
      <Text>{t("compare.text")}</Text>
      <Field label={t("compare.indicators")} hint={t("compare.indicatorsHint")} required>
        <Textarea value={text} rows={4} onChange={(_, data) => setText(data.value)} />
      </Field>
      <Field label={t("compare.days")}>
        <Input type="number" min={1} max={MOST_DAYS} value={days} onChange={(_, data) => setDays(data.value)} />
      </Field>
      {told && (
        <MessageBar intent="success" layout="multiline">
          <MessageBarBody>
            {told.seen === null ? t("compare.few", { sector: t(`name.${told.sector}`) }) : t("compare.about", { seen: told.seen, sector: t(`name.${told.sector}`) })} {t("compare.period", { period: told.period })}
          </MessageBarBody>
        </MessageBar>
      )}
    </FormDialog>
  );
}
