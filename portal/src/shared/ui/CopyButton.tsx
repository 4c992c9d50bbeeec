import { Button, Tooltip } from "@fluentui/react-components";
import { CheckmarkRegular, CopyRegular } from "@fluentui/react-icons";
import { useState, type ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { copyText } from "./clipboard";

const SHOWN_FOR_MS = 1600;

export function CopyButton({ value, label, text }: { value: string; label?: string; text?: boolean }): ReactElement {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  const name = copied ? t("action.copied") : (label ?? t("action.copy"));
  const copy = async () => {
    await copyText(value);
    setCopied(true);
    setTimeout(() => setCopied(false), SHOWN_FOR_MS);
  };
  const icon = copied ? <CheckmarkRegular /> : <CopyRegular />;
  if (text) {
    return (
      <Button icon={icon} onClick={copy}>
        {name}
      </Button>
    );
  }
  return (
    <Tooltip content={name} relationship="label">
      <Button size="small" appearance="subtle" icon={icon} onClick={copy} />
    </Tooltip>
  );
}
