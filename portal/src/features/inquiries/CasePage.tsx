import { Spinner } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { inquiryQuery } from "@/shared/api/inquiries";
import { problemOf } from "@/shared/api/problem";
import { useTenant } from "@/shared/session/session";
import { Page } from "@/shared/ui/Page";
import { ProblemBar } from "@/shared/ui/ProblemBar";
import { ClosedCase } from "./ClosedCase";
import { OpenCase } from "./OpenCase";

const route = getRouteApi("/in/tenants/$tenant/inquiries/$number");
const CLOSED: readonly string[] = ["case_access_missing", "case_access_revoked"];

/** One case, for both sides. An expert who does not have it open is asked to open it first. */
export function CasePage(): ReactElement {
  const { t } = useTranslation(["inquiries", "common"]);
  const { tenant, number } = route.useParams();
  const { can } = useTenant();
  const expert = can("inquiry:answer");
  const inquiry = useQuery({ ...inquiryQuery(tenant, number, expert), retry: false });
  const crumbs = [{ text: t("inquiries:title"), link: { to: "/tenants/$tenant/inquiries" as const, params: { tenant } } }, { text: number }];
  if (inquiry.error && CLOSED.includes(problemOf(inquiry.error).code)) return <ClosedCase tenant={tenant} number={number} crumbs={crumbs} />;
  if (inquiry.error && !inquiry.data) {
    return (
      <Page title={number} crumbs={crumbs}>
        <ProblemBar error={inquiry.error} retry={() => void inquiry.refetch()} />
      </Page>
    );
  }
  if (!inquiry.data) return <Spinner label={t("common:loading")} style={{ marginTop: 80 }} />;
  return <OpenCase key={number} tenant={tenant} inquiry={inquiry.data} expert={expert} crumbs={crumbs} problem={inquiry.error} />;
}
