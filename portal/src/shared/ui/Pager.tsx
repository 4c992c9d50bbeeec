import { Button, makeStyles, Text, tokens } from "@fluentui/react-components";
import { ChevronLeftRegular, ChevronRightRegular } from "@fluentui/react-icons";
import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { PAGE_SIZE } from "@/shared/url/search";

const useStyles = makeStyles({
  pager: { display: "flex", alignItems: "center", justifyContent: "flex-end", gap: tokens.spacingHorizontalS, padding: "8px 20px", borderTop: `1px solid ${tokens.colorNeutralStroke2}` },
});

/** Which part of how many is shown; the page itself lives in the URL. */
export function Pager({ page = 1, total, onPage }: { page?: number; total: number; onPage: (page: number) => void }): ReactElement | null {
  const styles = useStyles();
  const { t } = useTranslation();
  if (total === 0) return null;
  const first = (page - 1) * PAGE_SIZE + 1;
  const last = Math.min(page * PAGE_SIZE, total);
  return (
    <nav className={styles.pager} aria-label={t("pager.label")}>
      <Text size={200}>{t("pager.range", { first, last, total })}</Text>
      {total > PAGE_SIZE && (
        <>
          <Button size="small" appearance="subtle" icon={<ChevronLeftRegular />} disabled={page <= 1} onClick={() => onPage(page - 1)} aria-label={t("pager.previous")} />
          <Button size="small" appearance="subtle" icon={<ChevronRightRegular />} disabled={last >= total} onClick={() => onPage(page + 1)} aria-label={t("pager.next")} />
        </>
      )}
    </nav>
  );
}
