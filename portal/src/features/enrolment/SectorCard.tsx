import { Button, Field, makeStyles, Select, Text, tokens } from "@fluentui/react-components";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { joinSector, leaveSector, sectorQuery } from "@/shared/api/sector";
import type { SectorName } from "@/shared/api/types";
import { SECTORS } from "@/shared/inquiries/vocabulary";
import { useTenant } from "@/shared/session/session";
import { Card } from "@/shared/ui/Card";
import { ProblemBar } from "@/shared/ui/ProblemBar";
import { useNotify } from "@/shared/ui/toasts";
import { oneOf } from "@/shared/url/search";

const useStyles = makeStyles({
  text: { maxWidth: "76ch", color: tokens.colorNeutralForeground2 },
  row: { display: "flex", gap: tokens.spacingHorizontalM, alignItems: "flex-end", flexWrap: "wrap" },
});

/** Whether the organization takes part in comparisons over its sector, and in which. */
export function SectorCard({ tenant }: { tenant: string }): ReactElement | null {
  const { t } = useTranslation("sector");
  const styles = useStyles();
  const { can } = useTenant();
  const queries = useQueryClient();
  const notify = useNotify();
  const standing = useQuery({ ...sectorQuery(tenant), enabled: can("inquiry:read") });
  const [chosen, setChosen] = useState<SectorName | null>(null);
  const change = useMutation({
    mutationFn: (sector: SectorName | null) => (sector ? joinSector(tenant, sector) : leaveSector(tenant)),
    onSuccess: (saved) => {
      queries.setQueryData(sectorQuery(tenant).queryKey, saved);
      setChosen(null);
      notify(saved.sector ? t("joined") : t("left"));
    },
  });
  if (!standing.data) return null;
  const { sector } = standing.data;
  const mayChange = can("security_settings:manage");
  const wanted = chosen ?? sector ?? SECTORS[0];
  return (
    <Card title={t("title")}>
      <Text className={styles.text}>{t("text")}</Text>
      <Text>{sector ? t("takesPart", { sector: t(`name.${sector}`) }) : t("takesNoPart")}</Text>
      {mayChange && (
        <div className={styles.row}>
          <Field label={t("sector")}>
            <Select value={wanted} onChange={(_, data) => setChosen(oneOf(data.value, SECTORS) ?? null)}>
              {SECTORS.map((name) => (
                <option key={name} value={name}>
                  {t(`name.${name}`)}
                </option>
              ))}
            </Select>
          </Field>
          <Button disabled={change.isPending || wanted === sector} onClick={() => change.mutate(wanted)}>
            {sector ? t("change") : t("join")}
          </Button>
          {sector && (
            <Button disabled={change.isPending} onClick={() => change.mutate(null)}>
              {t("leave")}
            </Button>
          )}
        </div>
      )}
      {change.error && <ProblemBar error={change.error} />}
    </Card>
  );
}
