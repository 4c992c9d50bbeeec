import { MessageBar, MessageBarBody, Text } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { samplesQuery } from "@/shared/api/samples";
import type { CaseSample, InquiryDetail } from "@/shared/api/types";
import { useTenant } from "@/shared/session/session";
import { Card } from "@/shared/ui/Card";
import { ProblemBar } from "@/shared/ui/ProblemBar";
import { CustodyDialog } from "./CustodyDialog";
import { DeleteDialog } from "./DeleteDialog";
import { DownloadDialog } from "./DownloadDialog";
import { SampleTable, type SampleAction } from "./SampleTable";
import { UploadArea } from "./UploadArea";

interface SamplesCardProps {
  tenant: string;
  inquiry: InquiryDetail;
  expert: boolean;
  onReceived: (sample: CaseSample) => void;
}

/** The files of a case in quarantine: sent by the customer, looked at by the experts, never shown as what they are. */
export function SamplesCard({ tenant, inquiry, expert, onReceived }: SamplesCardProps): ReactElement {
  const { t } = useTranslation("samples");
  const { can } = useTenant();
  const { number, state } = inquiry;
  const samples = useQuery(samplesQuery(tenant, number));
  const [asking, setAsking] = useState<{ what: SampleAction; sample: CaseSample } | null>(null);
  const close = () => setAsking(null);
  const maySend = !expert && can("inquiry:reply") && state !== "withdrawn";
  return (
    <Card title={t("title")}>
      <MessageBar intent="warning" layout="multiline">
        <MessageBarBody>{t(expert ? "warningExpert" : "warning")}</MessageBarBody>
      </MessageBar>
      {maySend && <UploadArea tenant={tenant} number={number} onReceived={onReceived} />}
      {samples.error && <ProblemBar error={samples.error} retry={() => void samples.refetch()} />}
      {samples.data?.total === 0 && <Text>{t("none")}</Text>}
      {samples.data && samples.data.total > 0 && <SampleTable samples={samples.data.items} may={{ download: can("case_sample:download"), remove: !expert && can("inquiry:reply") }} onAsk={(what, sample) => setAsking({ what, sample })} />}
      {asking?.what === "download" && <DownloadDialog tenant={tenant} number={number} sample={asking.sample} onClose={close} />}
      {asking?.what === "delete" && <DeleteDialog tenant={tenant} number={number} sample={asking.sample} onClose={close} />}
      {asking?.what === "custody" && <CustodyDialog tenant={tenant} number={number} sample={asking.sample} onClose={close} />}
    </Card>
  );
}
