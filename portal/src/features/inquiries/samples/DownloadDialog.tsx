import { Button, Checkbox, Dialog, DialogActions, DialogBody, DialogContent, DialogSurface, DialogTitle, MessageBar, MessageBarBody, MessageBarTitle, Text } from "@fluentui/react-components";
import { ArrowDownloadRegular } from "@fluentui/react-icons";
import { useState, type ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { sampleDownload } from "@/shared/api/samples";
import type { CaseSample } from "@/shared/api/types";
import { CopyButton } from "@/shared/ui/CopyButton";

/** The password that the field uses for archives of malware; it keeps scanners and mistakes off, not people. */
const PASSWORD = "infected";

/** Says what is about to be taken, and how, before it is. */
export function DownloadDialog({ tenant, number, sample, onClose }: { tenant: string; number: string; sample: CaseSample; onClose: () => void }): ReactElement {
  const { t } = useTranslation(["samples", "common"]);
  const [sure, setSure] = useState(false);
  return (
    <Dialog open modalType="alert" onOpenChange={(_, data) => !data.open && onClose()}>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>{t("samples:download.title")}</DialogTitle>
          <DialogContent style={{ display: "flex", flexDirection: "column", gap: 14, paddingBlock: 4 }}>
            <MessageBar intent="error" layout="multiline">
              <MessageBarBody>
                <MessageBarTitle>{t("samples:download.danger")}</MessageBarTitle>
                {t("samples:download.text")}
              </MessageBarBody>
            </MessageBar>
            <Text style={{ overflowWrap: "anywhere" }}>{sample.name}</Text>
            <Text>
              {t("samples:download.password")} <code>{PASSWORD}</code> <CopyButton value={PASSWORD} />
            </Text>
            <Checkbox checked={sure} label={t("samples:download.sure")} onChange={(_, data) => setSure(data.checked === true)} />
          </DialogContent>
          <DialogActions>
            <Button onClick={onClose}>{t("common:action.cancel")}</Button>
            {sure ? (
              <Button as="a" appearance="primary" icon={<ArrowDownloadRegular />} href={sampleDownload(tenant, number, sample.id)} download onClick={onClose}>
                {t("samples:download.open")}
              </Button>
            ) : (
              <Button appearance="primary" icon={<ArrowDownloadRegular />} disabled>
                {t("samples:download.open")}
              </Button>
            )}
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
