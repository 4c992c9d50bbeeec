import {
  Avatar,
  Button,
  makeStyles,
  Menu,
  MenuDivider,
  MenuItem,
  MenuItemLink,
  MenuItemRadio,
  MenuList,
  MenuPopover,
  MenuTrigger,
  Text,
  tokens,
  Tooltip,
} from "@fluentui/react-components";
import { BookOpenRegular, LocalLanguageRegular, NavigationRegular, PersonRegular, QuestionCircleRegular, SignOutRegular, WeatherMoonRegular, WeatherSunnyRegular } from "@fluentui/react-icons";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { allauth } from "@/shared/api/allauth";
import { changePerson, sessionQuery } from "@/shared/api/session";
import type { PersonChange } from "@/shared/api/types";
import { LANGUAGE_NAMES, LANGUAGES, switchLanguage, type Language } from "@/shared/i18n";
import { ConsultItem } from "@/shared/inquiries/AskExpertItem";
import { useMayConsult } from "@/shared/inquiries/consultation";
import { useSession } from "@/shared/session/session";
import { useAppearance, THEME_CHOICES, type ThemeChoice } from "@/shared/theme/appearance";
import { BAR } from "@/shared/theme/themes";
import { Mark } from "@/shared/ui/Mark";
import { TenantSwitcher } from "./TenantSwitcher";

const useStyles = makeStyles({
  bar: { display: "flex", alignItems: "center", gap: "4px", height: "48px", flexShrink: 0, paddingInline: "8px", backgroundColor: BAR.background, color: BAR.text },
  button: { color: BAR.text, minWidth: "36px", ":hover": { backgroundColor: BAR.hover, color: BAR.text }, ":active": { backgroundColor: BAR.hover, color: BAR.text }, "&[aria-expanded=true]": { backgroundColor: BAR.hover, color: BAR.text } },
  brand: { display: "flex", alignItems: "center", gap: "8px", color: BAR.text, textDecorationLine: "none", padding: "4px 10px 4px 6px", borderRadius: tokens.borderRadiusMedium, ":focus-visible": { outline: `2px solid ${BAR.line}` } },
  name: { fontSize: tokens.fontSizeBase400, fontWeight: tokens.fontWeightSemibold, letterSpacing: "0.01em" },
  rule: { width: "1px", height: "20px", backgroundColor: BAR.hover, marginInline: "6px" },
  space: { flexGrow: 1 },
  person: { display: "flex", flexDirection: "column", padding: "6px 10px" },
});

interface TopBarProps {
  tenant: string | undefined;
  navigationOpen: boolean;
  onToggleNavigation: () => void;
}

export function TopBar({ tenant, navigationOpen, onToggleNavigation }: TopBarProps): ReactElement {
  const styles = useStyles();
  const { t } = useTranslation("shell");
  return (
    <header className={styles.bar}>
      <Tooltip content={t("toggleNavigation")} relationship="label">
        <Button appearance="transparent" className={styles.button} icon={<NavigationRegular />} aria-expanded={navigationOpen} onClick={onToggleNavigation} />
      </Tooltip>
      <Link to="/" className={styles.brand}>
        <Mark />
        <span className={styles.name}>Huntline</span>
      </Link>
      <span className={styles.rule} />
      <TenantSwitcher tenant={tenant} className={styles.button} />
      <span className={styles.space} />
      <LanguageMenu className={styles.button} />
      <ThemeMenu className={styles.button} />
      <HelpMenu tenant={tenant} className={styles.button} />
      <PersonMenu className={styles.button} />
    </header>
  );
}

function useChangePerson() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (change: PersonChange) => changePerson(change),
    onSuccess: (session) => queries.setQueryData(sessionQuery.queryKey, session),
  });
}

function LanguageMenu({ className }: { className: string }): ReactElement {
  const { t, i18n } = useTranslation("shell");
  const change = useChangePerson();
  const queries = useQueryClient();
  const choose = async (language: Language) => {
    await switchLanguage(language);
    await change.mutateAsync({ language });
    // The server's own texts (problems, documentation of columns) come again in the new language.
    await queries.invalidateQueries();
  };
  return (
    <Menu checkedValues={{ language: [i18n.language] }}>
      <MenuTrigger disableButtonEnhancement>
        <Tooltip content={t("language")} relationship="label">
          <Button appearance="transparent" className={className} icon={<LocalLanguageRegular />} />
        </Tooltip>
      </MenuTrigger>
      <MenuPopover>
        <MenuList>
          {LANGUAGES.map((language) => (
            <MenuItemRadio key={language} name="language" value={language} lang={language} onClick={() => void choose(language)}>
              {LANGUAGE_NAMES[language]}
            </MenuItemRadio>
          ))}
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}

function ThemeMenu({ className }: { className: string }): ReactElement {
  const { t } = useTranslation("shell");
  const { choice, appearance, choose } = useAppearance();
  const change = useChangePerson();
  const pick = (theme: ThemeChoice) => {
    choose(theme);
    change.mutate({ theme });
  };
  return (
    <Menu checkedValues={{ theme: [choice] }}>
      <MenuTrigger disableButtonEnhancement>
        <Tooltip content={t("theme.label")} relationship="label">
          <Button appearance="transparent" className={className} icon={appearance === "dark" ? <WeatherMoonRegular /> : <WeatherSunnyRegular />} />
        </Tooltip>
      </MenuTrigger>
      <MenuPopover>
        <MenuList>
          {THEME_CHOICES.map((theme) => (
            <MenuItemRadio key={theme} name="theme" value={theme} onClick={() => pick(theme)}>
              {t(`theme.${theme}`)}
            </MenuItemRadio>
          ))}
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}

function HelpMenu({ tenant, className }: { tenant: string | undefined; className: string }): ReactElement {
  const { t } = useTranslation(["shell", "consult"]);
  const { isMember } = useMayConsult(tenant);
  return (
    <Menu>
      <MenuTrigger disableButtonEnhancement>
        <Tooltip content={t("shell:help.label")} relationship="label">
          <Button appearance="transparent" className={className} icon={<QuestionCircleRegular />} />
        </Tooltip>
      </MenuTrigger>
      <MenuPopover>
        <MenuList>
          {isMember && tenant !== undefined && <ConsultItem tenant={tenant} text={t("consult:title")} />}
          <MenuItemLink href="/api/v1/openapi.json" target="_blank" rel="noreferrer" icon={<BookOpenRegular />}>
            {t("shell:help.api")}
          </MenuItemLink>
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}

function PersonMenu({ className }: { className: string }): ReactElement {
  const styles = useStyles();
  const { t } = useTranslation("shell");
  const { person } = useSession();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const signOut = async () => {
    await allauth("DELETE", "/auth/session");
    queries.clear();
    await navigate({ to: "/sign-in" });
  };
  return (
    <Menu>
      <MenuTrigger disableButtonEnhancement>
        <Tooltip content={t("person.label", { name: person.name })} relationship="label">
          <Button appearance="transparent" className={className} icon={<Avatar name={person.name} size={28} color="colorful" aria-hidden="true" />} />
        </Tooltip>
      </MenuTrigger>
      <MenuPopover>
        <div className={styles.person}>
          <Text weight="semibold">{person.name}</Text>
          <Text size={200}>{person.email}</Text>
        </div>
        <MenuDivider />
        <MenuList>
          <MenuItem icon={<PersonRegular />} onClick={() => void navigate({ to: "/account" })}>
            {t("person.account")}
          </MenuItem>
          <MenuItem icon={<SignOutRegular />} onClick={() => void signOut()}>
            {t("person.signOut")}
          </MenuItem>
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}
