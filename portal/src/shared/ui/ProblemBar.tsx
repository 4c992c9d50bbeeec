import { Button, MessageBar, MessageBarActions, MessageBarBody, MessageBarTitle } from "@fluentui/react-components";
import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { problemOf, UNREACHABLE, UNREADABLE, type Problem } from "@/shared/api/problem";

interface Wording {
  title: string;
  detail: string;
}

/** The portal's own words where the server could give none; else the server's, which are already in the reader's language. */
export function useProblemWording(): (problem: Problem) => Wording {
  const { t } = useTranslation();
  return (problem) => {
    if (problem.code === UNREACHABLE) return { title: t("problem.unreachable.title"), detail: t("problem.unreachable.detail") };
    if (problem.code === "too_many" && !problem.title) return { title: t("problem.tooMany.title"), detail: t("problem.tooMany.detail") };
    if (problem.code === UNREADABLE && problem.status === 403) return { title: t("problem.forbidden.title"), detail: t("problem.forbidden.detail") };
    if (problem.code === UNREADABLE) return { title: t("problem.unreadable.title"), detail: t("problem.unreadable.detail", { status: problem.status }) };
    return { title: problem.title || t("problem.unexpected"), detail: problem.detail };
  };
}

/** What went wrong and what to do. The code is shown because it is what a support person asks for. */
export function ProblemBar({ error, retry }: { error: unknown; retry?: () => void }): ReactElement {
  const { t } = useTranslation();
  const problem = problemOf(error);
  const { title, detail } = useProblemWording()(problem);
  const fields = problem.errors.map(fieldMessage).filter((message) => message !== "");
  return (
    <MessageBar intent="error" layout="multiline" role="alert">
      <MessageBarBody>
        <MessageBarTitle>{title}</MessageBarTitle>
        {detail !== title && detail}{" "}
        {fields.length > 0 && (
          <ul>
            {fields.map((message) => (
              <li key={message}>{message}</li>
            ))}
          </ul>
        )}
        <code>{problem.code}</code>
      </MessageBarBody>
      {retry && (
        <MessageBarActions>
          <Button onClick={retry}>{t("action.retry")}</Button>
        </MessageBarActions>
      )}
    </MessageBar>
  );
}

/** One entry of a problem's `errors`: ninja's `{loc, msg}`, or ours with `message` and sometimes `field`. */
export function fieldMessage(entry: unknown): string {
  if (typeof entry !== "object" || entry === null) return typeof entry === "string" ? entry : "";
  const { loc, msg, message, field } = entry as Record<string, unknown>;
  const said = typeof message === "string" ? message : typeof msg === "string" ? msg : "";
  const where = typeof field === "string" ? field : Array.isArray(loc) ? String(loc.at(-1)) : "";
  return where && said ? `${where}: ${said}` : said;
}
