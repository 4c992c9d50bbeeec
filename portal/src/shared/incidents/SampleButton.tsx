import { Button, Field, Select, Text } from "@fluentui/react-components";
import { BeakerRegular } from "@fluentui/react-icons";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState, type ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { sendSample } from "@/shared/api/incidents";
import { useTenant } from "@/shared/session/session";
import { FormDialog } from "@/shared/ui/dialogs";
import { useNotify } from "@/shared/ui/toasts";
import { oneOf, SEVERITIES, type SeverityName } from "@/shared/url/search";

/** Sends a sample notification through every channel, after it has said what will happen. */
export function SampleButton(): ReactElement | null {
  const { t } = useTranslation(["notifications", "common"]);
  const { slug, can } = useTenant();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const notify = useNotify();
  const [asking, setAsking] = useState(false);
  const [severity, setSeverity] = useState<SeverityName>("High");
  const send = useMutation({
    mutationFn: () => sendSample(slug, severity),
    onSuccess: async ({ id }) => {
      await Promise.all(["incidents", "alerts", "notifications"].map((kind) => queries.invalidateQueries({ queryKey: ["tenant", slug, kind] })));
      setAsking(false);
      notify(t("notifications:sample.done"));
      await navigate({ to: "/tenants/$tenant/notifications/$notificationId", params: { tenant: slug, notificationId: id } });
    },
  });
  if (!can("sample:send")) return null;
  return (
    <>
      <Button icon={<BeakerRegular />} onClick={() => setAsking(true)}>
        {t("notifications:sample.action")}
      </Button>
      <FormDialog
        open={asking}
        title={t("notifications:sample.title")}
        submit={t("notifications:sample.submit")}
        busy={send.isPending}
        error={send.error}
        onClose={() => setAsking(false)}
        onSubmit={() => send.mutate()}
      >
        <Text>{t("notifications:sample.text")}</Text>
        <ul style={{ margin: 0, paddingLeft: 18 }}>
          <li>{t("notifications:sample.pages")}</li>
          <li>{t("notifications:sample.machines")}</li>
          <li>{t("notifications:sample.mails")}</li>
        </ul>
        <Text>{t("notifications:sample.marked")}</Text>
        <Field label={t("notifications:column.severity")} hint={t("notifications:sample.severity")}>
          <Select value={severity} onChange={(_, data) => setSeverity(oneOf(data.value, SEVERITIES) ?? severity)}>
            {[...SEVERITIES].reverse().map((value) => (
              <option key={value} value={value}>
                {t(`common:severity.${value}`)}
              </option>
            ))}
          </Select>
        </Field>
      </FormDialog>
    </>
  );
}
