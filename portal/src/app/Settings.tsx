import { makeStyles, mergeClasses, tokens } from "@fluentui/react-components";
import { Link, Outlet, type LinkProps } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import type { Permission } from "@/shared/session/permissions";
import { useTenant } from "@/shared/session/session";

const useStyles = makeStyles({
  frame: { display: "flex", minHeight: "100%" },
  bar: { width: "232px", flexShrink: 0, borderRight: `1px solid ${tokens.colorNeutralStroke2}`, padding: "24px 12px", boxSizing: "border-box", "@media (max-width: 900px)": { width: "176px", paddingInline: "4px" } },
  heading: { margin: "0 0 10px 12px", fontSize: tokens.fontSizeBase500, fontWeight: tokens.fontWeightSemibold },
  area: { margin: "14px 0 4px 12px", fontWeight: tokens.fontWeightSemibold, fontSize: tokens.fontSizeBase300 },
  part: { margin: "2px 0 2px 12px", fontSize: tokens.fontSizeBase200, color: tokens.colorNeutralForeground3 },
  list: { listStyle: "none", margin: 0, padding: 0 },
  item: { display: "block", padding: "5px 12px", borderRadius: tokens.borderRadiusMedium, color: tokens.colorNeutralForeground1, textDecorationLine: "none", ":hover": { backgroundColor: tokens.colorSubtleBackgroundHover }, ":focus-visible": { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: "-2px" } },
  active: { backgroundColor: tokens.colorSubtleBackgroundSelected, fontWeight: tokens.fontWeightSemibold },
  content: { flexGrow: 1, minWidth: 0 },
});

interface AreaSpec {
  key: "endpoints" | "permissions" | "data" | "record";
  /** The level between the area and its pages, as in the path that users know. */
  part?: "general";
  items: readonly { key: "advancedFeatures" | "emailNotifications" | "webhooks" | "people" | "deviceGroups" | "apiApplications" | "coverage" | "eligibility" | "ingestKeys" | "audit"; to: NonNullable<LinkProps["to"]>; needs?: Permission }[];
}

const AREAS: readonly AreaSpec[] = [
  {
    key: "endpoints",
    part: "general",
    items: [
      { key: "advancedFeatures", to: "/tenants/$tenant/settings/advanced-features" },
      { key: "eligibility", to: "/tenants/$tenant/settings/eligibility", needs: "application:decide" },
      { key: "emailNotifications", to: "/tenants/$tenant/settings/email-notifications", needs: "email_rule:manage" },
      { key: "webhooks", to: "/tenants/$tenant/settings/webhooks", needs: "webhook:manage" },
    ],
  },
  {
    key: "permissions",
    items: [
      { key: "people", to: "/tenants/$tenant/settings/people", needs: "member:manage" },
      { key: "deviceGroups", to: "/tenants/$tenant/settings/device-groups", needs: "security_settings:manage" },
      { key: "apiApplications", to: "/tenants/$tenant/settings/api-applications", needs: "api_client:manage" },
    ],
  },
  {
    key: "data",
    items: [
      { key: "coverage", to: "/tenants/$tenant/settings/coverage", needs: "coverage:read" },
      { key: "ingestKeys", to: "/tenants/$tenant/settings/ingest-keys", needs: "ingest_key:manage" },
    ],
  },
  { key: "record", items: [{ key: "audit", to: "/tenants/$tenant/settings/audit", needs: "audit:read" }] },
];

/** The settings of one tenant: its areas at the left, the chosen page beside them. */
export function Settings(): ReactElement {
  const styles = useStyles();
  const { t } = useTranslation("shell");
  const { slug, can } = useTenant();
  const areas = AREAS.map((area) => ({ ...area, items: area.items.filter(({ needs }) => !needs || can(needs)) })).filter(({ items }) => items.length > 0);
  return (
    <div className={styles.frame}>
      <nav className={styles.bar} aria-label={t("settings.navigation")}>
        <div className={styles.heading}>{t("settings.title")}</div>
        {areas.map(({ key, part, items }) => (
          <div key={key}>
            <div className={styles.area}>{t(`settings.area.${key}`)}</div>
            {part && <div className={styles.part}>{t(`settings.part.${part}`)}</div>}
            <ul className={styles.list}>
              {items.map((item) => (
                <li key={item.key}>
                  <Link to={item.to} params={{ tenant: slug }} className={styles.item} activeProps={{ className: mergeClasses(styles.item, styles.active), "aria-current": "page" }}>
                    {t(`settings.item.${item.key}`)}
                  </Link>
                </li>
              ))}
            </ul>
          </div>
        ))}
      </nav>
      <div className={styles.content}>
        <Outlet />
      </div>
    </div>
  );
}
