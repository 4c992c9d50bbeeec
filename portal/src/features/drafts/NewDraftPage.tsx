import { Button } from "@fluentui/react-components";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useState, type ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { createDraft } from "@/shared/api/drafts";
import { Page } from "@/shared/ui/Page";
import { ProblemBar } from "@/shared/ui/ProblemBar";
import { emptyContent } from "./content";
import { DraftForm } from "./DraftForm";

const route = getRouteApi("/in/tenants/$tenant/drafts/new");

export function NewDraftPage(): ReactElement {
  const { t } = useTranslation("drafts");
  const { tenant } = route.useParams();
  const { evidence } = route.useSearch();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [content, setContent] = useState(() => emptyContent(evidence));
  const create = useMutation({
    mutationFn: () => createDraft(tenant, content),
    onSuccess: async ({ id }) => {
      await queries.invalidateQueries({ queryKey: ["provider"] });
      await queries.invalidateQueries({ queryKey: ["tenant", tenant, "drafts"] });
      await navigate({ to: "/tenants/$tenant/drafts/$draftId", params: { tenant, draftId: id }, replace: true });
    },
  });
  return (
    <Page
      title={t("new")}
      crumbs={[{ text: t("title"), link: { to: "/provider/drafts" } }, { text: t("new") }]}
      actions={
        <Button appearance="primary" disabled={create.isPending || content.title.trim() === ""} onClick={() => create.mutate()}>
          {t("saveDraft")}
        </Button>
      }
    >
      {create.error && <ProblemBar error={create.error} />}
      <DraftForm content={content} onChange={setContent} />
    </Page>
  );
}
