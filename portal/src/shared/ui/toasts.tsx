import { makeStyles, Toast, Toaster, ToastTitle, useId, useToastController } from "@fluentui/react-components";
import { createContext, use, useCallback, type ReactElement, type ReactNode } from "react";
import { useTranslation } from "react-i18next";

const useStyles = makeStyles({ corner: { position: "fixed", right: 0, bottom: 0, zIndex: 1_000_000 } });

type Notify = (message: string) => void;

const ToastContext = createContext<Notify>(() => undefined);

/** Says that something was done; what failed is shown where it failed, not in a toast that goes away. */
export const useNotify = (): Notify => use(ToastContext);

export function Toasts({ children }: { children: ReactNode }): ReactElement {
  const styles = useStyles();
  const { t } = useTranslation();
  const toasterId = useId("toasts");
  const { dispatchToast } = useToastController(toasterId);
  const notify = useCallback<Notify>(
    (message) =>
      dispatchToast(
        <Toast>
          <ToastTitle>{message}</ToastTitle>
        </Toast>,
        { intent: "success", timeout: 4000 },
      ),
    [dispatchToast],
  );
  return (
    <ToastContext value={notify}>
      {children}
      {/* A landmark of its own, so that screen readers find what is said there. */}
      <section aria-label={t("messages")} className={styles.corner}>
        <Toaster toasterId={toasterId} position="bottom-end" inline />
      </section>
    </ToastContext>
  );
}
