import { Badge, makeStyles, tokens } from "@fluentui/react-components";
import { Fragment, type ReactElement } from "react";
import { useTranslation } from "react-i18next";
import type { AlertDetail, Entity } from "@/shared/api/types";
import { AskExpertMenu } from "@/shared/inquiries/AskExpertItem";
import { useMayConsult } from "@/shared/inquiries/consultation";
import { entitySubject } from "@/shared/inquiries/subjects";
import { useTenant } from "@/shared/session/session";
import { CopyButton } from "@/shared/ui/CopyButton";
import { DataTable, type TableColumn } from "@/shared/ui/DataTable";
import { entityFacts, entityHeadline } from "./entity";

const useStyles = makeStyles({
  headline: { fontFamily: tokens.fontFamilyMonospace, fontSize: tokens.fontSizeBase200, overflowWrap: "anywhere" },
  facts: { display: "grid", gridTemplateColumns: "max-content 1fr", columnGap: tokens.spacingHorizontalM, margin: "4px 0 0", fontSize: tokens.fontSizeBase200, color: tokens.colorNeutralForeground2 },
  fact: { margin: 0, overflowWrap: "anywhere" },
});

const VERDICT_COLORS: Record<Entity["verdict"], "danger" | "warning" | "success" | "informative"> = { Malicious: "danger", Suspicious: "warning", Clean: "success", Unknown: "informative" };

/** Processes, files, accounts and addresses that the alert is about. */
export function Entities({ alert }: { alert: AlertDetail }): ReactElement {
  const styles = useStyles();
  const { t } = useTranslation("alerts");
  const { slug } = useTenant();
  const { isMember } = useMayConsult(slug);
  const columns: TableColumn<Entity>[] = [
    { id: "type", header: t("entity.type"), width: "90px", cell: ({ entity_type }) => t(`entity.types.${entity_type}`) },
    {
      id: "name",
      header: t("entity.name"),
      cell: (item) => (
        <div>
          <span className={styles.headline}>{entityHeadline(item)}</span> <CopyButton value={entityHeadline(item)} />
          <dl className={styles.facts}>
            {entityFacts(item).map(([name, value]) => (
              <Fragment key={name}>
                <dt>{name}</dt>
                <dd className={styles.fact}>{value}</dd>
              </Fragment>
            ))}
          </dl>
        </div>
      ),
    },
    { id: "role", header: t("entity.role"), width: "80px", cell: ({ role }) => t(`entity.roles.${role}`) },
    {
      id: "verdict",
      header: t("entity.verdict"),
      width: "90px",
      cell: ({ verdict }) => (
        <Badge appearance="tint" color={VERDICT_COLORS[verdict]}>
          {t(`entity.verdicts.${verdict}`)}
        </Badge>
      ),
    },
  ];
  if (isMember) columns.push({ id: "actions", header: "", end: true, width: "48px", cell: (item) => <AskExpertMenu tenant={slug} about={entitySubject(slug, alert, item)} name={entityHeadline(item)} /> });
  return <DataTable label={t("section.entities")} columns={columns} rows={alert.evidence_items} rowKey={(item) => JSON.stringify(item)} />;
}
