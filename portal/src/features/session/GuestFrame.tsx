import { Button, makeStyles, tokens } from "@fluentui/react-components";
import { useEffect, type ReactElement, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { LANGUAGE_NAMES, LANGUAGES, switchLanguage } from "@/shared/i18n";
import { BAR } from "@/shared/theme/themes";
import { Mark } from "@/shared/ui/Mark";

const useStyles = makeStyles({
  frame: { minHeight: "100%", display: "flex", backgroundColor: tokens.colorNeutralBackground1 },
  side: { flexBasis: "42%", flexShrink: 0, backgroundColor: BAR.background, backgroundImage: `radial-gradient(circle at 82% 34%, ${BAR.hover} 0, transparent 58%)`, color: BAR.text, padding: "40px 48px", boxSizing: "border-box", display: "flex", flexDirection: "column", justifyContent: "space-between", position: "relative", overflow: "hidden", "@media (max-width: 800px)": { display: "none" } },
  brand: { display: "flex", alignItems: "center", gap: "12px", fontSize: tokens.fontSizeBase600, fontWeight: tokens.fontWeightSemibold },
  claim: { fontSize: tokens.fontSizeHero800, lineHeight: tokens.lineHeightHero800, fontWeight: tokens.fontWeightSemibold, maxWidth: "24ch", textWrap: "balance", margin: 0 },
  quiet: { color: BAR.quiet, maxWidth: "44ch", fontSize: tokens.fontSizeBase400, lineHeight: tokens.lineHeightBase500, marginTop: "16px" },
  art: { position: "absolute", right: "-150px", top: "70px", opacity: 0.4 },
  panel: { flexGrow: 1, display: "flex", flexDirection: "column", alignItems: "center", justifyContent: "center", padding: "32px 24px", gap: "28px" },
  form: { width: "100%", maxWidth: "380px", display: "flex", flexDirection: "column", gap: "16px" },
  title: { margin: 0, fontSize: tokens.fontSizeHero700, lineHeight: tokens.lineHeightHero700, fontWeight: tokens.fontWeightSemibold },
  lead: { margin: "-8px 0 4px", color: tokens.colorNeutralForeground2 },
  languages: { display: "flex", gap: "4px" },
});

/** The frame of the pages for people who are not signed in. */
export function GuestFrame({ title, lead, children }: { title: string; lead?: string; children: ReactNode }): ReactElement {
  const styles = useStyles();
  const { t, i18n } = useTranslation("session");
  useEffect(() => {
    document.title = `${title} · Huntline`;
  }, [title]);
  return (
    <div className={styles.frame}>
      <aside className={styles.side} aria-label="Huntline">
        <div className={styles.brand}>
          <Mark size={36} />
          Huntline
        </div>
        <div>
          <p className={styles.claim}>{t("claim.title")}</p>
          <p className={styles.quiet}>{t("claim.text")}</p>
        </div>
        <svg className={styles.art} width="520" height="520" viewBox="0 0 520 520" aria-hidden="true">
          {[90, 150, 210, 256].map((radius) => (
            <circle key={radius} cx="260" cy="260" r={radius} fill="none" stroke={BAR.line} strokeWidth="1.5" strokeDasharray={radius % 60 === 30 ? undefined : "3 7"} />
          ))}
          <path d="M0 280h130l34-110 62 190 40-120h254" fill="none" stroke={BAR.quiet} strokeWidth="3" strokeLinejoin="round" />
        </svg>
      </aside>
      <main className={styles.panel}>
        <div className={styles.form}>
          <h1 className={styles.title}>{title}</h1>
          {lead && <p className={styles.lead}>{lead}</p>}
          {children}
        </div>
        <div className={styles.languages} role="group" aria-label={t("language")}>
          {LANGUAGES.map((language) => (
            <Button key={language} size="small" appearance={i18n.language === language ? "secondary" : "subtle"} aria-pressed={i18n.language === language} lang={language} onClick={() => void switchLanguage(language)}>
              {LANGUAGE_NAMES[language]}
            </Button>
          ))}
        </div>
      </main>
    </div>
  );
}
