import { Button, makeStyles, Menu, MenuDivider, MenuItem, MenuList, MenuPopover, MenuTrigger } from "@fluentui/react-components";
import { TextBulletListSquareRegular } from "@fluentui/react-icons";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState, type ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { savedAnswersQuery } from "@/shared/api/desk";
import type { SavedAnswer } from "@/shared/api/types";
import { LANGUAGE_NAMES } from "@/shared/i18n";

const useStyles = makeStyles({ list: { maxHeight: "50vh", overflowY: "auto" }, item: { maxWidth: "none" } });

/** Saved answers to insert, those in the asker's language first. */
export function SavedAnswerMenu({ language, onInsert }: { language: SavedAnswer["language"]; onInsert: (text: string) => void }): ReactElement {
  const styles = useStyles();
  const { t } = useTranslation("inquiries");
  const navigate = useNavigate();
  const [open, setOpen] = useState(false);
  const saved = useQuery({ ...savedAnswersQuery, enabled: open });
  const items = [...(saved.data?.items ?? [])].sort((a, b) => Number(b.language === language) - Number(a.language === language));
  return (
    <Menu open={open} onOpenChange={(_, data) => setOpen(data.open)}>
      <MenuTrigger disableButtonEnhancement>
        <Button size="small" icon={<TextBulletListSquareRegular />}>
          {t("saved.insert")}
        </Button>
      </MenuTrigger>
      <MenuPopover>
        <MenuList className={styles.list}>
          {items.map(({ id, title, language: written, text }) => (
            <MenuItem key={id} className={styles.item} secondaryContent={LANGUAGE_NAMES[written]} onClick={() => onInsert(text)}>
              {title}
            </MenuItem>
          ))}
          {items.length > 0 && <MenuDivider />}
          <MenuItem className={styles.item} onClick={() => void navigate({ to: "/provider/inquiries", search: { tab: "answers" } })}>
            {t("saved.manage")}
          </MenuItem>
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}
