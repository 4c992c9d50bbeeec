import { getRouteApi } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { useProviderCan } from "@/shared/session/session";
import { Page } from "@/shared/ui/Page";
import { DetectionRules } from "./DetectionRules";

const route = getRouteApi("/in/tenants/$tenant/hunting/detections");

/** Custom detection rules: those of the tenant, and for the provider's people those of the provider. */
export function DetectionRulesPage(): ReactElement {
  const { t } = useTranslation("detections");
  const { tenant } = route.useParams();
  const can = useProviderCan();
  return (
    <Page title={t("title")} lead={t("lead")}>
      <DetectionRules tenant={tenant} owner={{ tenant }} title={t("owner.tenant")} />
      {can("detection_rule:manage") && <DetectionRules tenant={tenant} owner="provider" title={t("owner.provider")} />}
    </Page>
  );
}
