import { Button, makeStyles, Text, tokens } from "@fluentui/react-components";
import { BookmarkRegular, DeleteRegular, EditRegular } from "@fluentui/react-icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState, type ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { deleteSavedHunt, savedHuntsQuery, schemaQuery } from "@/shared/api/hunting";
import type { SavedHunt } from "@/shared/api/types";
import { useSession, useTenant } from "@/shared/session/session";
import { ButtonLink } from "@/shared/ui/ButtonLink";
import { Card } from "@/shared/ui/Card";
import { DataTable, type TableColumn } from "@/shared/ui/DataTable";
import { FormDialog } from "@/shared/ui/dialogs";
import { Empty } from "@/shared/ui/Empty";
import { Page } from "@/shared/ui/Page";
import { ProblemBar } from "@/shared/ui/ProblemBar";
import { TextLink } from "@/shared/ui/TextLink";
import { useNotify } from "@/shared/ui/toasts";
import { SaveHuntDialog } from "./SaveHuntDialog";
import { ScheduledHunts } from "./ScheduledHunts";

const useStyles = makeStyles({
  words: { display: "flex", flexDirection: "column", gap: "2px" },
  quiet: { color: tokens.colorNeutralForeground2 },
  query: { fontFamily: tokens.fontFamilyMonospace, fontSize: tokens.fontSizeBase200, display: "block", maxWidth: "60ch", overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap" },
});

const route = getRouteApi("/in/tenants/$tenant/hunting/saved");

export function SavedHuntsPage(): ReactElement {
  const styles = useStyles();
  const { t } = useTranslation(["hunting", "common"]);
  const { tenant } = route.useParams();
  const { can } = useTenant();
  const { provider } = useSession();
  const queries = useQueryClient();
  const notify = useNotify();
  const list = useQuery(savedHuntsQuery(tenant));
  const [editing, setEditing] = useState<SavedHunt | null>(null);
  const [deleting, setDeleting] = useState<SavedHunt | null>(null);
  const remove = useMutation({
    mutationFn: (id: string) => deleteSavedHunt(tenant, id),
    onSuccess: async () => {
      setDeleting(null);
      await queries.invalidateQueries({ queryKey: savedHuntsQuery(tenant).queryKey });
      await queries.invalidateQueries({ queryKey: schemaQuery(tenant).queryKey });
      notify(t("hunting:saved.deleted"));
    },
  });
  const columns: TableColumn<SavedHunt>[] = [
    {
      id: "name",
      header: t("hunting:saved.name"),
      cell: ({ name, description, query, kind, parameters }) => (
        <div className={styles.words}>
          <TextLink to="/tenants/$tenant/hunting" params={{ tenant }} search={{ query: kind === "function" ? `${name}()` : query }}>
            {name}
          </TextLink>
          {kind === "function" && (
            <Text size={200} className={styles.quiet}>
              {t("hunting:saved.function")} <code>{`${name}(${parameters})`}</code>
            </Text>
          )}
          {description && (
            <Text size={200} className={styles.quiet}>
              {description}
            </Text>
          )}
        </div>
      ),
    },
    { id: "query", header: t("hunting:editor.label"), cell: ({ query }) => <code className={styles.query}>{query.replaceAll("\n", " ")}</code> },
    {
      id: "actions",
      header: "",
      end: true,
      cell: (hunt) =>
        can("saved_hunt:manage") && (
          <>
            <Button size="small" appearance="subtle" icon={<EditRegular />} aria-label={t("hunting:saved.editOne", { name: hunt.name })} onClick={() => setEditing(hunt)} />
            <Button size="small" appearance="subtle" icon={<DeleteRegular />} aria-label={t("hunting:saved.deleteOne", { name: hunt.name })} onClick={() => setDeleting(hunt)} />
          </>
        ),
    },
  ];
  return (
    <Page title={t("hunting:saved.title")} lead={t("hunting:saved.lead")}>
      {list.error ? (
        <ProblemBar error={list.error} retry={() => void list.refetch()} />
      ) : (
        <Card flush>
          {list.data?.total === 0 ? (
            <Empty
              icon={<BookmarkRegular />}
              title={t("hunting:saved.none")}
              text={t("hunting:saved.noneText")}
              action={
                <ButtonLink to="/tenants/$tenant/hunting" params={{ tenant }} appearance="primary">
                  {t("hunting:title")}
                </ButtonLink>
              }
            />
          ) : (
            <DataTable label={t("hunting:saved.title")} columns={columns} rows={list.data?.items} rowKey={({ id }) => id} />
          )}
        </Card>
      )}
      {provider && <ScheduledHunts tenant={tenant} library={list.data?.items.filter(({ library, kind }) => library === "provider" && kind === "query") ?? []} />}
      {editing && <SaveHuntDialog query={editing.query} hunt={editing} onClose={() => setEditing(null)} />}
      {deleting && (
        <FormDialog open title={t("hunting:saved.delete")} submit={t("common:action.delete")} busy={remove.isPending} error={remove.error} onClose={() => setDeleting(null)} onSubmit={() => remove.mutate(deleting.id)}>
          <Text>{t("hunting:saved.deleteText", { name: deleting.name })}</Text>
        </FormDialog>
      )}
    </Page>
  );
}
