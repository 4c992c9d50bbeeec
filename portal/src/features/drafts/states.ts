import { useTranslation } from "react-i18next";
import type { Draft } from "@/shared/api/types";

type DraftState = Draft["state"];

export const STATE_COLORS: Record<DraftState, "warning" | "success" | "informative" | "important"> = {
  draft: "informative",
  in_review: "warning",
  returned: "important",
  published: "success",
};

/** An author may write on while nobody reviews it. */
export const isOpen = (state: DraftState): boolean => state === "draft" || state === "returned";

export function useDraftState(): (state: DraftState) => string {
  const { t } = useTranslation("drafts");
  return (state) => t(`state.${state}`);
}
