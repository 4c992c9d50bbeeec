import { Button, Checkbox, Dialog, DialogActions, DialogBody, DialogContent, DialogSurface, DialogTitle, DialogTrigger, Field, Input, Link, makeStyles, Text, tokens } from "@fluentui/react-components";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type SyntheticEvent, type ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { apply, enrolmentQuery } from "@/shared/api/settings";
import type { Enrolment } from "@/shared/api/types";
import { useSession, useTenant } from "@/shared/session/session";
import { ProblemBar } from "@/shared/ui/ProblemBar";
import { StatementText } from "./StatementText";

const useStyles = makeStyles({
  content: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalM },
  statement: { border: `1px solid ${tokens.colorNeutralStroke1}`, borderRadius: tokens.borderRadiusMedium, padding: "10px 12px", maxHeight: "220px", overflowY: "auto", fontSize: tokens.fontSizeBase200, lineHeight: tokens.lineHeightBase300, ":focus-visible": { outline: `2px solid ${tokens.colorStrokeFocus2}` } },
});

/** The application: who is to be asked, and the privacy statement that must be read before it is submitted. */
export function ApplyDialog({ statement, onClose }: { statement: Enrolment["privacy_statement"]; onClose: () => void }): ReactElement {
  const styles = useStyles();
  const { t } = useTranslation(["enrolment", "common"]);
  const { slug } = useTenant();
  const { person } = useSession();
  const queries = useQueryClient();
  const [name, setName] = useState(person.name);
  const [email, setEmail] = useState(person.email);
  const [accepted, setAccepted] = useState(false);
  const send = useMutation({
    mutationFn: () => apply(slug, { name: name.trim(), email: email.trim(), privacy_statement_version: statement.version, accepted: true }),
    onSuccess: (enrolment) => queries.setQueryData(enrolmentQuery(slug).queryKey, enrolment),
  });
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    send.mutate();
  };
  return (
    <Dialog open onOpenChange={(_, data) => !data.open && onClose()}>
      <DialogSurface>
        {send.isSuccess ? (
          <DialogBody>
            <DialogTitle>{t("enrolment:confirmation.title")}</DialogTitle>
            <DialogContent>{t("enrolment:confirmation.text", { email })}</DialogContent>
            <DialogActions>
              <Button appearance="primary" onClick={onClose}>
                {t("common:action.close")}
              </Button>
            </DialogActions>
          </DialogBody>
        ) : (
          <form onSubmit={submit}>
            <DialogBody>
              <DialogTitle>{t("enrolment:apply.title")}</DialogTitle>
              <DialogContent className={styles.content}>
                <Text>{t("enrolment:apply.text")}</Text>
                <Field label={t("enrolment:apply.name")} required>
                  <Input value={name} autoComplete="name" onChange={(_, data) => setName(data.value)} />
                </Field>
                <Field label={t("enrolment:apply.email")} required>
                  <Input type="email" value={email} autoComplete="email" onChange={(_, data) => setEmail(data.value)} />
                </Field>
                <div>
                  <Text weight="semibold" block>
                    {t("enrolment:apply.statement", { version: statement.version })}
                  </Text>
                  {statement.url && (
                    <Link href={statement.url} target="_blank" rel="noreferrer">
                      {t("enrolment:apply.statementLink")}
                    </Link>
                  )}
                </div>
                {/* A scrolling region must be reachable by keyboard. */}
                {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
                <div className={styles.statement} tabIndex={0} role="region" aria-label={t("enrolment:apply.statement", { version: statement.version })}>
                  <StatementText text={statement.text} />
                </div>
                <Checkbox checked={accepted} label={t("enrolment:apply.accept")} onChange={(_, data) => setAccepted(data.checked === true)} />
                {send.error && <ProblemBar error={send.error} />}
              </DialogContent>
              <DialogActions>
                <DialogTrigger disableButtonEnhancement>
                  <Button>{t("common:action.cancel")}</Button>
                </DialogTrigger>
                <Button appearance="primary" type="submit" disabled={!accepted || !name.trim() || !email.trim() || send.isPending}>
                  {t("enrolment:apply.submit")}
                </Button>
              </DialogActions>
            </DialogBody>
          </form>
        )}
      </DialogSurface>
    </Dialog>
  );
}
