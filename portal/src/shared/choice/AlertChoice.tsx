import { Checkbox, makeStyles, MessageBar, MessageBarBody, Radio, RadioGroup, tokens } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { deviceGroupsQuery } from "@/shared/api/delivery";
import { useTenant } from "@/shared/session/session";
import { FieldGroup } from "@/shared/ui/FieldGroup";
import { DETECTION_SOURCES, oneOf, SEVERITIES, type SeverityName } from "@/shared/url/search";
import { chosenSources, sourcesOf, UNGROUPED, type Choice } from "./choice";

/** What the portal calls a detection source; one that it does not know keeps its own name. */
function useSourceName(): (source: string) => string {
  const { t } = useTranslation("alerts");
  return (name) => {
    const source = oneOf(name, DETECTION_SOURCES);
    return source ? t(`source.${source}`) : name;
  };
}

const useStyles = makeStyles({
  choices: { display: "flex", flexWrap: "wrap" },
  stack: { display: "flex", flexDirection: "column" },
  // A dialog's column would squeeze it, and its lines would run over what follows.
  review: { flexShrink: 0 },
  list: { margin: 0, paddingLeft: tokens.spacingHorizontalXL },
});

/** Severities for each detection source, and the devices concerned: what rules and webhooks are for. */
export function AlertChoice({ value, onChange }: { value: Choice; onChange: (value: Choice) => void }): ReactElement {
  const styles = useStyles();
  const { t } = useTranslation(["choice", "common"]);
  const { slug } = useTenant();
  const sourceName = useSourceName();
  const groups = useQuery(deviceGroupsQuery(slug));
  const toggle = (chosen: SeverityName[], severity: SeverityName, on: boolean) => SEVERITIES.filter((one) => (one === severity ? on : chosen.includes(one)));
  const severities = (chosen: SeverityName[], change: (next: SeverityName[]) => void) => (
    <div className={styles.choices}>
      {[...SEVERITIES].reverse().map((severity) => (
        <Checkbox key={severity} checked={chosen.includes(severity)} label={t(`common:severity.${severity}`)} onChange={(_, data) => change(toggle(chosen, severity, data.checked === true))} />
      ))}
    </div>
  );
  const listed = [...(groups.data?.items ?? []), { id: UNGROUPED, name: t("choice:ungrouped") }];
  const chosen = value.device_groups ?? [];
  return (
    <>
      <FieldGroup label={t("choice:experts")}>{severities(value.severities, (next) => onChange({ ...value, severities: next }))}</FieldGroup>
      {sourcesOf(value.detections).map((source) => (
        <FieldGroup key={source} label={t("choice:source", { source: sourceName(source) })}>
          {severities(value.detections[source] ?? [], (next) => onChange({ ...value, detections: { ...value.detections, [source]: next } }))}
        </FieldGroup>
      ))}
      <FieldGroup label={t("choice:devices")}>
        <RadioGroup value={value.device_groups === null ? "all" : "some"} onChange={(_, data) => onChange({ ...value, device_groups: data.value === "all" ? null : [] })}>
          <Radio value="all" label={t("choice:all")} />
          <Radio value="some" label={t("choice:some")} />
        </RadioGroup>
        {value.device_groups !== null && (
          <div className={styles.stack}>
            {listed.map(({ id, name }) => (
              <Checkbox key={id} checked={chosen.includes(id)} label={name} onChange={(_, data) => onChange({ ...value, device_groups: data.checked === true ? [...chosen, id] : chosen.filter((one) => one !== id) })} />
            ))}
          </div>
        )}
      </FieldGroup>
    </>
  );
}

/** The same in words, with what else the form decides: what will happen once it is saved. */
export function ChoiceReview({ value, more }: { value: Choice; more: readonly string[] }): ReactElement {
  const styles = useStyles();
  const { t } = useTranslation(["choice", "common"]);
  const { slug } = useTenant();
  const sourceName = useSourceName();
  const groups = useQuery(deviceGroupsQuery(slug));
  const names = (severities: SeverityName[]) => severities.map((one) => t(`common:severity.${one}`)).join(", ");
  const groupName = (id: string) => (id === UNGROUPED ? t("choice:ungrouped") : (groups.data?.items.find((group) => group.id === id)?.name ?? t("choice:gone")));
  const lines = [
    ...(value.severities.length > 0 ? [t("choice:review.experts", { severities: names(value.severities) })] : []),
    ...chosenSources(value.detections).map(([source, severities]) => t("choice:review.source", { source: sourceName(source), severities: names(severities) })),
    value.device_groups === null ? t("choice:review.all") : t("choice:review.some", { groups: value.device_groups.map(groupName).join(", ") }),
    ...more,
  ];
  return (
    <MessageBar intent="info" layout="multiline" className={styles.review}>
      <MessageBarBody>
        {t("choice:review.title")}
        <ul className={styles.list}>
          {lines.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      </MessageBarBody>
    </MessageBar>
  );
}
