import { Button, makeStyles, MessageBar, MessageBarBody, MessageBarTitle, tokens } from "@fluentui/react-components";
import { WrenchRegular } from "@fluentui/react-icons";
import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import type { Diagnostic } from "@/shared/api/types";
import { corrected, spanOf } from "./diagnostics";

const useStyles = makeStyles({
  list: { listStyle: "none", margin: "4px 0 0", padding: 0, display: "flex", flexDirection: "column", gap: "4px" },
  place: { fontFamily: tokens.fontFamilyMonospace, fontSize: tokens.fontSizeBase200, paddingInline: 0, minWidth: 0, marginRight: "6px", color: tokens.colorBrandForegroundLink },
  code: { color: tokens.colorNeutralForeground3, fontSize: tokens.fontSizeBase200 },
});

interface QueryProblemProps {
  text: string;
  /** Placed in `text`. */
  diagnostics: readonly Diagnostic[];
  onShow: (line: number, column: number) => void;
  onCorrect: (text: string) => void;
}

/** Why a query was not run: each fault with its place, which leads there, and the correction that helps. */
export function QueryProblem({ text, diagnostics, onShow, onCorrect }: QueryProblemProps): ReactElement {
  const styles = useStyles();
  const { t } = useTranslation("hunting");
  return (
    <MessageBar intent="error" layout="multiline" role="alert">
      <MessageBarBody>
        <MessageBarTitle>{t("problem.title")}</MessageBarTitle>
        <ul className={styles.list}>
          {diagnostics.map((diagnostic) => {
            const { startLineNumber: line, startColumn: column } = spanOf(text, diagnostic.start, diagnostic.end);
            return (
              <li key={`${diagnostic.start}${diagnostic.code}`}>
                <Button size="small" appearance="transparent" className={styles.place} onClick={() => onShow(line, column)}>
                  {t("problem.place", { line, column })}
                </Button>
                {diagnostic.message} <code className={styles.code}>{diagnostic.code}</code>
                {diagnostic.fix && (
                  <Button size="small" appearance="subtle" icon={<WrenchRegular />} onClick={() => onCorrect(corrected(text, diagnostic))}>
                    {diagnostic.fix.message}
                  </Button>
                )}
              </li>
            );
          })}
        </ul>
      </MessageBarBody>
    </MessageBar>
  );
}
