import { Breadcrumb, BreadcrumbDivider, BreadcrumbItem, makeStyles, mergeClasses, Text, tokens } from "@fluentui/react-components";
import { Link, type LinkProps } from "@tanstack/react-router";
import { Fragment, useEffect, type ReactElement, type ReactNode } from "react";

const useStyles = makeStyles({
  page: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalL, padding: "20px 28px 40px", maxWidth: "1480px", marginInline: "auto", width: "100%", boxSizing: "border-box" },
  full: { maxWidth: "none", height: "100%", paddingBottom: "12px" },
  head: { display: "flex", alignItems: "flex-start", flexWrap: "wrap", gap: tokens.spacingHorizontalL },
  titles: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalXS, flexGrow: 1, minWidth: "min(100%, 320px)", flexBasis: 0 },
  title: { margin: 0, fontSize: tokens.fontSizeHero700, lineHeight: tokens.lineHeightHero700, fontWeight: tokens.fontWeightSemibold, display: "flex", alignItems: "center", gap: tokens.spacingHorizontalM, flexWrap: "wrap", overflowWrap: "anywhere" },
  lead: { color: tokens.colorNeutralForeground2, maxWidth: "80ch" },
  actions: { display: "flex", gap: tokens.spacingHorizontalS, flexWrap: "wrap", alignItems: "center", paddingTop: "4px" },
  crumbs: { marginLeft: "-6px" },
  crumb: { color: tokens.colorNeutralForeground2, textDecorationLine: "none", fontSize: tokens.fontSizeBase200, padding: "2px 6px", borderRadius: tokens.borderRadiusMedium, ":hover": { color: tokens.colorBrandForeground1, textDecorationLine: "underline" } },
  current: { fontSize: tokens.fontSizeBase200, padding: "2px 6px", color: tokens.colorNeutralForeground2 },
});

export interface Crumb {
  text: string;
  link?: LinkProps;
}

interface PageProps {
  title: string;
  /** Shown beside the title: tags, severity. */
  marks?: ReactNode;
  lead?: ReactNode;
  crumbs?: Crumb[];
  actions?: ReactNode;
  /** Uses the whole window, for pages that scroll inside. */
  full?: boolean;
  children: ReactNode;
}

/** One screen: where it is, what it is called, what can be done, and its content. */
export function Page({ title, marks, lead, crumbs, actions, full, children }: PageProps): ReactElement {
  const styles = useStyles();
  useEffect(() => {
    document.title = `${title} · Huntline`;
  }, [title]);
  return (
    <div className={mergeClasses(styles.page, full && styles.full)}>
      <div className={styles.head}>
        <div className={styles.titles}>
          {crumbs && (
            <Breadcrumb size="small" className={styles.crumbs}>
              {crumbs.map(({ text, link }, index) => (
                <Fragment key={text}>
                  {index > 0 && <BreadcrumbDivider />}
                  <BreadcrumbItem>{link ? <Link {...link} className={styles.crumb}>{text}</Link> : <span className={styles.current}>{text}</span>}</BreadcrumbItem>
                </Fragment>
              ))}
            </Breadcrumb>
          )}
          <h1 className={styles.title}>
            {title}
            {marks}
          </h1>
          {lead && <Text className={styles.lead}>{lead}</Text>}
        </div>
        {actions && <div className={styles.actions}>{actions}</div>}
      </div>
      {children}
    </div>
  );
}
