import { MessageBar, MessageBarBody, MessageBarTitle } from "@fluentui/react-components";
import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";

/** Says plainly that this is hunting and not incident response, and whom to call for that. */
export function NotResponse({ responders }: { responders: string | undefined }): ReactElement {
  const { t } = useTranslation("handoff");
  return (
    <MessageBar intent="warning" layout="multiline" style={{ flexShrink: 0 }}>
      <MessageBarBody>
        <MessageBarTitle>{t("notResponse.title")}</MessageBarTitle>
        {t("notResponse.text")} {responders ? t("notResponse.engage", { responders }) : responders === "" ? t("notResponse.nobody") : null}
      </MessageBarBody>
    </MessageBar>
  );
}
