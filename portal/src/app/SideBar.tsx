import { makeStyles, mergeClasses, tokens, Tooltip } from "@fluentui/react-components";
import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { useSession, useTenantNames } from "@/shared/session/session";
import { navigationFor, type NavigationGroup } from "./navigation";

const useStyles = makeStyles({
  bar: { width: "236px", flexShrink: 0, overflowY: "auto", backgroundColor: tokens.colorNeutralBackground1, borderRight: `1px solid ${tokens.colorNeutralStroke2}`, padding: "10px 8px 24px", display: "flex", flexDirection: "column", boxSizing: "border-box" },
  narrow: { width: "52px", paddingInline: "6px", alignItems: "center" },
  group: { margin: "14px 0 4px 12px", fontSize: tokens.fontSizeBase200, lineHeight: tokens.lineHeightBase200, fontWeight: tokens.fontWeightSemibold, color: tokens.colorNeutralForeground3, overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap" },
  first: { marginTop: "4px" },
  tenant: { color: tokens.colorBrandForeground1 },
  divider: { height: "1px", width: "100%", backgroundColor: tokens.colorNeutralStroke2, margin: "8px 0", border: "none" },
  list: { listStyle: "none", margin: 0, padding: 0, display: "flex", flexDirection: "column", gap: "2px" },
  item: {
    display: "flex",
    alignItems: "center",
    gap: "10px",
    padding: "6px 10px 6px 12px",
    borderRadius: tokens.borderRadiusMedium,
    color: tokens.colorNeutralForeground1,
    textDecorationLine: "none",
    position: "relative",
    fontSize: tokens.fontSizeBase300,
    lineHeight: tokens.lineHeightBase300,
    ":hover": { backgroundColor: tokens.colorSubtleBackgroundHover },
    ":focus-visible": { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: "-2px" },
  },
  compact: { padding: "9px" },
  active: {
    backgroundColor: tokens.colorSubtleBackgroundSelected,
    fontWeight: tokens.fontWeightSemibold,
    "::before": { content: '""', position: "absolute", left: "0", top: "8px", bottom: "8px", width: "3px", borderRadius: "2px", backgroundColor: tokens.colorBrandForeground1 },
  },
  icon: { fontSize: "20px", lineHeight: 0, flexShrink: 0, color: tokens.colorNeutralForeground2 },
});

export function SideBar({ tenant, narrow }: { tenant: string | undefined; narrow: boolean }): ReactElement {
  const styles = useStyles();
  const { t } = useTranslation("shell");
  const session = useSession();
  const names = useTenantNames();
  const groups = navigationFor(session, tenant);
  const heading = ({ key }: NavigationGroup) =>
    key === "tenant" ? (names.find(({ slug }) => slug === tenant)?.name ?? tenant) : t(`group.${key}`);

  return (
    <nav className={mergeClasses(styles.bar, narrow && styles.narrow)} aria-label={t("navigation")}>
      {groups.map((group, index) => (
        <div key={group.key}>
          {narrow
            ? index > 0 && <hr className={styles.divider} />
            : <div className={mergeClasses(styles.group, index === 0 && styles.first, group.key === "tenant" && styles.tenant)} id={`nav-${group.key}`}>{heading(group)}</div>}
          <ul className={styles.list} aria-labelledby={narrow ? undefined : `nav-${group.key}`}>
            {group.items.map(({ key, to, icon, exact }) => (
              <li key={key}>
                <Tooltip content={t(`item.${key}`)} relationship="label" positioning="after" {...(narrow ? {} : { visible: false })}>
                  <Link
                    to={to}
                    params={{ tenant }}
                    className={mergeClasses(styles.item, narrow && styles.compact)}
                    activeProps={{ className: mergeClasses(styles.item, narrow && styles.compact, styles.active), "aria-current": "page" }}
                    activeOptions={{ exact: exact ?? false, includeSearch: false }}
                  >
                    <span className={styles.icon} aria-hidden="true">
                      {icon}
                    </span>
                    {!narrow && <span>{t(`item.${key}`)}</span>}
                  </Link>
                </Tooltip>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </nav>
  );
}
