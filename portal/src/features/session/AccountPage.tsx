import { Button, Combobox, Dropdown, Field, Input, makeStyles, Option, Radio, RadioGroup } from "@fluentui/react-components";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type SyntheticEvent, type ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { changePerson, sessionQuery } from "@/shared/api/session";
import type { PersonChange } from "@/shared/api/types";
import { LANGUAGE_NAMES, LANGUAGES, switchLanguage, type Language } from "@/shared/i18n";
import { useSession } from "@/shared/session/session";
import { THEME_CHOICES, useAppearance, type ThemeChoice } from "@/shared/theme/appearance";
import { Card } from "@/shared/ui/Card";
import { Page } from "@/shared/ui/Page";
import { ProblemBar } from "@/shared/ui/ProblemBar";
import { useNotify } from "@/shared/ui/toasts";
import { SecondFactors } from "./SecondFactors";

const useStyles = makeStyles({ grid: { display: "grid", gridTemplateColumns: "repeat(auto-fit, minmax(min(100%, 420px), 1fr))", gap: "16px", alignItems: "start" } });

const ZONES = Intl.supportedValuesOf("timeZone");
const ZONES_SHOWN = 60;

/** The person's own settings: how the portal looks and speaks, and how the sign-in is protected. */
export function AccountPage(): ReactElement {
  const styles = useStyles();
  const { t } = useTranslation("session");
  const { person } = useSession();
  return (
    <Page title={t("account.title")} lead={person.email}>
      <div className={styles.grid}>
        <Profile />
        <SecondFactors />
      </div>
    </Page>
  );
}

function Profile(): ReactElement {
  const { t } = useTranslation(["session", "shell", "common"]);
  const { person } = useSession();
  const { choose } = useAppearance();
  const queries = useQueryClient();
  const notify = useNotify();
  const [name, setName] = useState(person.name);
  const [language, setLanguage] = useState<Language>(person.language);
  const [theme, setTheme] = useState<ThemeChoice>(person.theme);
  const [zone, setZone] = useState(person.timezone);
  const [zoneText, setZoneText] = useState(person.timezone);
  const save = useMutation({
    mutationFn: (change: PersonChange) => changePerson(change),
    onSuccess: async (session) => {
      queries.setQueryData(sessionQuery.queryKey, session);
      choose(session.person.theme);
      await switchLanguage(session.person.language);
      notify(t("session:account.saved"));
    },
  });
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    save.mutate({ name, language, theme, timezone: zone });
  };
  const zones = ZONES.filter((candidate) => zoneText === zone || candidate.toLowerCase().includes(zoneText.toLowerCase())).slice(0, ZONES_SHOWN);
  return (
    <Card title={t("session:account.profile")}>
      <form onSubmit={submit} style={{ display: "flex", flexDirection: "column", gap: 14 }}>
        <Field label={t("session:field.name")} required>
          <Input value={name} autoComplete="name" onChange={(_, data) => setName(data.value)} />
        </Field>
        <Field label={t("shell:language")}>
          <Dropdown value={LANGUAGE_NAMES[language]} selectedOptions={[language]} onOptionSelect={(_, data) => setLanguage((data.optionValue ?? "en") as Language)}>
            {LANGUAGES.map((code) => (
              <Option key={code} value={code} text={LANGUAGE_NAMES[code]}>
                {LANGUAGE_NAMES[code]}
              </Option>
            ))}
          </Dropdown>
        </Field>
        <Field label={t("session:field.timezone")} hint={t("session:account.zoneHint")}>
          <Combobox freeform value={zoneText} selectedOptions={[zone]} onChange={(event) => setZoneText(event.target.value)} onOptionSelect={(_, data) => {
              const chosen = data.optionValue ?? zone;
              setZone(chosen);
              setZoneText(chosen);
            }}>
            {zones.map((candidate) => (
              <Option key={candidate} value={candidate}>
                {candidate}
              </Option>
            ))}
          </Combobox>
        </Field>
        <Field label={t("shell:theme.label")}>
          <RadioGroup layout="horizontal" value={theme} onChange={(_, data) => setTheme(data.value as ThemeChoice)}>
            {THEME_CHOICES.map((choice) => (
              <Radio key={choice} value={choice} label={t(`shell:theme.${choice}`)} />
            ))}
          </RadioGroup>
        </Field>
        {save.error && <ProblemBar error={save.error} />}
        <div>
          <Button type="submit" appearance="primary" disabled={save.isPending || name.trim() === ""}>
            {t("common:action.save")}
          </Button>
        </div>
      </form>
    </Card>
  );
}
