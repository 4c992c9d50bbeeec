import { Field, Input, Radio, RadioGroup, Text } from "@fluentui/react-components";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { grantSubscription, subscriptionsQuery } from "@/shared/api/desk";
import type { SubscriptionInput, TenantSubscription } from "@/shared/api/types";
import { useSession } from "@/shared/session/session";
import { toLocalInput } from "@/shared/time/time";
import { oneOf } from "@/shared/url/search";
import { FormDialog } from "@/shared/ui/dialogs";
import { useNotify } from "@/shared/ui/toasts";
import { grantable, KINDS, readTerm, type Term } from "./term";

/** A trial or a full subscription, with its end and its inquiries a month. */
export function GrantDialog({ row, onClose }: { row: TenantSubscription; onClose: () => void }): ReactElement {
  const { t } = useTranslation("subscriptions");
  const { timezone } = useSession().person;
  const queries = useQueryClient();
  const notify = useNotify();
  const { tenant } = row;
  const kinds = grantable(row);
  const now = new Date();
  const [term, setTerm] = useState<Term>({
    kind: row.state === "trial" ? "trial" : (kinds[0] ?? "full"),
    until: row.until && new Date(row.until) > now ? toLocalInput(new Date(row.until), timezone).slice(0, 10) : "",
    credits: row.credits === null ? "" : String(row.credits),
  });
  const read = readTerm(term, timezone, now);
  const grant = useMutation({
    mutationFn: (input: SubscriptionInput) => grantSubscription(tenant.slug, input),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: subscriptionsQuery.queryKey });
      notify(t("grant.done", { name: tenant.name }));
      onClose();
    },
  });
  return (
    <FormDialog open title={t("grant.title", { name: tenant.name })} submit={t("grant.open")} busy={grant.isPending || read === null} error={grant.error} onClose={onClose} onSubmit={() => read && grant.mutate(read)}>
      <Field label={t("grant.kind")}>
        <RadioGroup value={term.kind} onChange={(_, data) => setTerm({ ...term, kind: oneOf(data.value, KINDS) ?? term.kind })}>
          {KINDS.map((kind) => (
            <Radio key={kind} value={kind} disabled={!kinds.includes(kind)} label={t(`state.${kind}`)} />
          ))}
        </RadioGroup>
      </Field>
      {!kinds.includes("trial") && <Text size={200}>{t("grant.noTrial")}</Text>}
      <Field label={t("grant.until")} hint={t(term.kind === "trial" ? "grant.untilTrial" : "grant.untilFull")}>
        <Input type="date" value={term.until} min={toLocalInput(now, timezone).slice(0, 10)} onChange={(_, data) => setTerm({ ...term, until: data.value })} />
      </Field>
      <Field label={t("grant.credits")} hint={t("grant.creditsHint")}>
        <Input type="number" min={1} max={10_000} value={term.credits} onChange={(_, data) => setTerm({ ...term, credits: data.value })} />
      </Field>
    </FormDialog>
  );
}
