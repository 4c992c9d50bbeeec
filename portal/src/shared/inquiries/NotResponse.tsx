import { MessageBar, MessageBarBody, MessageBarTitle } from "@fluentui/react-components";
import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";

/** Said wherever somebody might wait for help that does not come from here. */
export function NotResponse(): ReactElement {
  const { t } = useTranslation("inquiries");
  return (
    <MessageBar intent="info" layout="multiline" style={{ flexShrink: 0 }}>
      <MessageBarBody>
        <MessageBarTitle>{t("notResponse.title")}</MessageBarTitle>
        {t("notResponse.text")}
      </MessageBarBody>
    </MessageBar>
  );
}
