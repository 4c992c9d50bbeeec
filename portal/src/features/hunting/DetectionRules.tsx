import { Button, makeStyles, Spinner, Switch, Text, tokens } from "@fluentui/react-components";
import { DeleteRegular, EditRegular, ScanDashRegular } from "@fluentui/react-icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { deleteDetectionRule, detectionRulesQuery, ruleAlertsQuery, saveDetectionRule, type RuleOwner } from "@/shared/api/detections";
import type { DetectionRule, RuleTurn } from "@/shared/api/types";
import { ButtonLink } from "@/shared/ui/ButtonLink";
import { Card } from "@/shared/ui/Card";
import { DataTable, type TableColumn } from "@/shared/ui/DataTable";
import { FormDialog } from "@/shared/ui/dialogs";
import { Empty } from "@/shared/ui/Empty";
import { SeverityMark } from "@/shared/ui/marks";
import { ProblemBar } from "@/shared/ui/ProblemBar";
import { TextLink } from "@/shared/ui/TextLink";
import { Time } from "@/shared/ui/Time";
import { useNotify } from "@/shared/ui/toasts";
import { DetectionRuleDialog } from "./DetectionRuleDialog";

const useStyles = makeStyles({
  words: { display: "flex", flexDirection: "column", gap: "2px" },
  quiet: { color: tokens.colorNeutralForeground2 },
  list: { margin: 0, padding: 0, listStyle: "none", display: "flex", flexDirection: "column", gap: "6px" },
});

/** The rules of one owner: on or off, what came of the last runs, and which alerts they raised. */
export function DetectionRules({ tenant, owner, title }: { tenant: string; owner: RuleOwner; title: string }): ReactElement {
  const styles = useStyles();
  const { t } = useTranslation(["detections", "common"]);
  const notify = useNotify();
  const queries = useQueryClient();
  const list = useQuery(detectionRulesQuery(owner));
  const [editing, setEditing] = useState<DetectionRule | null>(null);
  const [deleting, setDeleting] = useState<DetectionRule | null>(null);
  const [showing, setShowing] = useState<DetectionRule | null>(null);
  const refresh = () => queries.invalidateQueries({ queryKey: detectionRulesQuery(owner).queryKey });
  const remove = useMutation({
    mutationFn: (id: string) => deleteDetectionRule(owner, id),
    onSuccess: async () => {
      setDeleting(null);
      await refresh();
      notify(t("detections:deleted"));
    },
  });
  const turn = useMutation({
    mutationFn: ({ id, customers, ...rule }: DetectionRule) => saveDetectionRule(owner, { ...content(rule), enabled: !rule.enabled }, customers, id),
    onSuccess: refresh,
  });
  const columns: TableColumn<DetectionRule>[] = [
    {
      id: "name",
      header: t("detections:field.name"),
      cell: ({ name, query, title: raised, every_hours }) => (
        <div className={styles.words}>
          <TextLink to="/tenants/$tenant/hunting" params={{ tenant }} search={{ query }}>
            {name}
          </TextLink>
          <Text size={200} className={styles.quiet}>
            {raised}, {t("detections:everyHours", { count: every_hours })}
          </Text>
        </div>
      ),
    },
    { id: "severity", header: t("detections:field.severity"), cell: ({ severity }) => <SeverityMark value={severity} /> },
    { id: "last", header: t("detections:last"), cell: ({ turns }) => <LastRuns turns={turns} named={owner === "provider"} /> },
    {
      id: "alerts",
      header: t("detections:alerts"),
      end: true,
      cell: (rule) =>
        rule.alert_count === 0 ? (
          0
        ) : (
          <Button size="small" appearance="transparent" aria-label={t("detections:showAlerts", { name: rule.name })} onClick={() => setShowing(rule)}>
            {rule.alert_count}
          </Button>
        ),
    },
    {
      id: "enabled",
      header: t("detections:state"),
      cell: (rule) => <Switch checked={rule.enabled} disabled={turn.isPending} aria-label={t("detections:switch", { name: rule.name })} label={t(rule.enabled ? "detections:on" : "detections:off")} onChange={() => turn.mutate(rule)} />,
    },
    {
      id: "actions",
      header: "",
      end: true,
      cell: (rule) => (
        <>
          <Button size="small" appearance="subtle" icon={<EditRegular />} aria-label={t("detections:editOne", { name: rule.name })} onClick={() => setEditing(rule)} />
          <Button size="small" appearance="subtle" icon={<DeleteRegular />} aria-label={t("detections:deleteOne", { name: rule.name })} onClick={() => setDeleting(rule)} />
        </>
      ),
    },
  ];
  return (
    <Card title={title} flush>
      {(list.error ?? turn.error) && <ProblemBar error={list.error ?? turn.error} retry={() => void list.refetch()} />}
      {list.data?.total === 0 ? (
        <Empty
          icon={<ScanDashRegular />}
          title={t("detections:none")}
          text={t("detections:noneText")}
          action={
            <ButtonLink to="/tenants/$tenant/hunting" params={{ tenant }} appearance="primary">
              {t("detections:hunt")}
            </ButtonLink>
          }
        />
      ) : (
        <DataTable label={title} columns={columns} rows={list.data?.items} rowKey={({ id }) => id} />
      )}
      {editing && <DetectionRuleDialog query={editing.query} rule={editing} owner={owner} onClose={() => setEditing(null)} />}
      {showing && <RaisedAlerts owner={owner} rule={showing} onClose={() => setShowing(null)} />}
      {deleting && (
        <FormDialog open title={t("detections:deleteOne", { name: deleting.name })} submit={t("common:action.delete")} busy={remove.isPending} error={remove.error} onClose={() => setDeleting(null)} onSubmit={() => remove.mutate(deleting.id)}>
          <Text>{t("detections:deleteText", { name: deleting.name })}</Text>
        </FormDialog>
      )}
    </Card>
  );
}

const content = ({ name, query, entity_column, title, description, recommended_action, severity, category, techniques, every_hours }: Omit<DetectionRule, "id" | "customers">) => ({
  name,
  query,
  entity_column,
  title,
  description,
  recommended_action,
  severity,
  category,
  techniques,
  every_hours,
});

function LastRuns({ turns, named }: { turns: RuleTurn[]; named: boolean }): ReactElement {
  const styles = useStyles();
  const { t } = useTranslation("detections");
  if (turns.length === 0) return <Text className={styles.quiet}>{t("never")}</Text>;
  return (
    <ul className={styles.list}>
      {turns.map((turn) => (
        <li key={turn.tenant.slug}>
          {named && <Text block>{turn.tenant.name}</Text>}
          <Text block size={200}>
            {turn.state === "done" ? t("found", { rows: turn.rows ?? 0, count: turn.raised }) : t(`turn.${turn.state}`, { code: turn.error_code })}, <Time value={turn.ended ?? turn.slot} />
          </Text>
          {turn.left_out > 0 && (
            <Text block size={200}>
              {t("leftOut", { count: turn.left_out })}
            </Text>
          )}
        </li>
      ))}
    </ul>
  );
}

function RaisedAlerts({ owner, rule, onClose }: { owner: RuleOwner; rule: DetectionRule; onClose: () => void }): ReactElement {
  const styles = useStyles();
  const { t } = useTranslation(["detections", "common"]);
  const raised = useQuery(ruleAlertsQuery(owner, rule.id));
  return (
    <FormDialog open title={t("detections:raisedBy", { name: rule.name })} submit={t("common:action.close")} busy={false} error={raised.error} onClose={onClose} onSubmit={onClose}>
      {raised.isPending && <Spinner label={t("common:loading")} />}
      <ul className={styles.list}>
        {raised.data?.items.map(({ id, tenant, title, device_name, created }) => (
          <li key={id}>
            <TextLink to="/tenants/$tenant/alerts/$alertId" params={{ tenant: tenant.slug, alertId: id }}>
              {title}
            </TextLink>
            <Text block size={200}>
              {owner === "provider" ? `${tenant.name}, ` : ""}
              {device_name && `${device_name}, `}
              <Time value={created} />
            </Text>
          </li>
        ))}
      </ul>
    </FormDialog>
  );
}
