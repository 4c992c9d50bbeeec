import { Button, Field, Input } from "@fluentui/react-components";
import { TagRegular } from "@fluentui/react-icons";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { tagDevice } from "@/shared/api/delivery";
import type { Device } from "@/shared/api/types";
import { useTenant } from "@/shared/session/session";
import { FormDialog } from "@/shared/ui/dialogs";

/** The tags of a device; an administrator changes them, and with them perhaps its group. */
export function Tags({ device }: { device: Device }): ReactElement {
  const { t } = useTranslation("devices");
  const { can } = useTenant();
  const [editing, setEditing] = useState(false);
  return (
    <>
      {device.tags.join(", ") || "–"}{" "}
      {can("security_settings:manage") && <Button size="small" appearance="subtle" icon={<TagRegular />} aria-label={t("tagged.editTags")} title={t("tagged.editTags")} onClick={() => setEditing(true)} />}
      {editing && <TagsDialog device={device} onClose={() => setEditing(false)} />}
    </>
  );
}

function TagsDialog({ device, onClose }: { device: Device; onClose: () => void }): ReactElement {
  const { t } = useTranslation(["devices", "common"]);
  const { slug } = useTenant();
  const queries = useQueryClient();
  const [text, setText] = useState(device.tags.join(", "));
  const save = useMutation({
    mutationFn: () => tagDevice(slug, device.device_id, text.split(",").map((tag) => tag.trim()).filter((tag) => tag !== "")),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["tenant", slug] });
      onClose();
    },
  });
  return (
    <FormDialog open title={t("devices:tagged.editTags")} submit={t("common:action.save")} busy={save.isPending} error={save.error} onClose={onClose} onSubmit={() => save.mutate()}>
      <Field label={t("devices:tagged.tags")} hint={t("devices:tagged.tagsHint")}>
        <Input value={text} onChange={(_, data) => setText(data.value)} />
      </Field>
    </FormDialog>
  );
}
