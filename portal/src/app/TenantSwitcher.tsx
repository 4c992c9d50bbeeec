import { Button, makeStyles, Menu, MenuItem, MenuItemRadio, MenuList, MenuPopover, MenuTrigger, SearchBox, Text, tokens } from "@fluentui/react-components";
import { BuildingMultipleRegular, BuildingRegular, ChevronDownRegular } from "@fluentui/react-icons";
import { useNavigate } from "@tanstack/react-router";
import { useState, type ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { useSession, useTenantNames } from "@/shared/session/session";

const useStyles = makeStyles({
  name: { paddingInline: "8px", display: "flex", alignItems: "center", gap: "8px" },
  button: { maxWidth: "320px", fontWeight: tokens.fontWeightRegular },
  search: { margin: "4px", width: "248px" },
  list: { maxHeight: "60vh", overflowY: "auto" },
  none: { padding: "8px 12px", color: tokens.colorNeutralForeground2 },
});

const SEARCH_FROM = 8;

/** Which organisation is in view. One tenant is just told; several can be chosen, many can be searched. */
export function TenantSwitcher({ tenant, className }: { tenant: string | undefined; className: string }): ReactElement | null {
  const styles = useStyles();
  const { t } = useTranslation("shell");
  const { provider } = useSession();
  const names = useTenantNames();
  const navigate = useNavigate();
  const [search, setSearch] = useState("");
  const current = names.find(({ slug }) => slug === tenant)?.name ?? tenant;
  if (!provider && names.length <= 1) {
    return current ? (
      <span className={styles.name}>
        <BuildingRegular fontSize={20} aria-hidden="true" />
        {current}
      </span>
    ) : null;
  }
  const shown = names.filter(({ name, slug }) => `${name} ${slug}`.toLowerCase().includes(search.toLowerCase()));
  return (
    <Menu checkedValues={{ tenant: tenant ? [tenant] : [] }} onOpenChange={() => setSearch("")}>
      <MenuTrigger disableButtonEnhancement>
        <Button appearance="transparent" className={`${className} ${styles.button}`} icon={<BuildingRegular />} iconPosition="before" aria-label={t("tenant.switch", { name: current ?? t("tenant.all") })}>
          {current ?? t("tenant.all")}&nbsp;
          <ChevronDownRegular aria-hidden="true" />
        </Button>
      </MenuTrigger>
      <MenuPopover>
        {names.length >= SEARCH_FROM && <SearchBox className={styles.search} value={search} aria-label={t("tenant.search")} placeholder={t("tenant.search")} onChange={(_, data) => setSearch(data.value)} />}
        <MenuList className={styles.list}>
          {provider && (
            <MenuItem icon={<BuildingMultipleRegular />} onClick={() => void navigate({ to: "/provider" })}>
              {t("tenant.all")}
            </MenuItem>
          )}
          {shown.map(({ slug, name }) => (
            <MenuItemRadio key={slug} name="tenant" value={slug} onClick={() => void navigate({ to: "/tenants/$tenant", params: { tenant: slug } })}>
              {name}
            </MenuItemRadio>
          ))}
        </MenuList>
        {shown.length === 0 && <Text className={styles.none}>{t("tenant.none")}</Text>}
      </MenuPopover>
    </Menu>
  );
}
