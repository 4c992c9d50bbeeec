import { Button, Dialog, DialogActions, DialogBody, DialogContent, DialogSurface, DialogTitle, DialogTrigger, MessageBar, MessageBarBody } from "@fluentui/react-components";
import type { SyntheticEvent, ReactElement, ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { ProblemBar } from "./ProblemBar";

interface FormDialogProps {
  title: string;
  submit: string;
  open: boolean;
  busy?: boolean;
  error?: unknown;
  onClose: () => void;
  onSubmit: () => void;
  children: ReactNode;
}

/** A question with an answer to give: Enter submits, Escape leaves, a refusal is shown inside. */
export function FormDialog({ title, submit, open, busy, error, onClose, onSubmit, children }: FormDialogProps): ReactElement {
  const { t } = useTranslation();
  const send = (event: SyntheticEvent) => {
    event.preventDefault();
    onSubmit();
  };
  return (
    <Dialog open={open} onOpenChange={(_, data) => !data.open && onClose()}>
      <DialogSurface>
        <form onSubmit={send}>
          <DialogBody>
            <DialogTitle>{title}</DialogTitle>
            <DialogContent style={{ display: "flex", flexDirection: "column", gap: 14, paddingBlock: 4 }}>
              {children}
              {error !== undefined && error !== null && <ProblemBar error={error} />}
            </DialogContent>
            <DialogActions>
              <DialogTrigger disableButtonEnhancement>
                <Button>{t("action.cancel")}</Button>
              </DialogTrigger>
              <Button appearance="primary" type="submit" disabled={busy}>
                {submit}
              </Button>
            </DialogActions>
          </DialogBody>
        </form>
      </DialogSurface>
    </Dialog>
  );
}

/** A secret that is shown once; it closes only by the button, never by a stray click. */
export function SecretDialog({ title, text, open, onClose, children }: { title: string; text: string; open: boolean; onClose: () => void; children: ReactNode }): ReactElement {
  const { t } = useTranslation();
  return (
    <Dialog open={open} modalType="alert">
      <DialogSurface style={{ maxWidth: 720 }}>
        <DialogBody>
          <DialogTitle>{title}</DialogTitle>
          <DialogContent style={{ display: "flex", flexDirection: "column", gap: 14, paddingBlock: 4 }}>
            <MessageBar intent="warning" layout="multiline">
              <MessageBarBody>{text}</MessageBarBody>
            </MessageBar>
            {children}
          </DialogContent>
          <DialogActions>
            <Button appearance="primary" onClick={onClose}>
              {t("action.done")}
            </Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
