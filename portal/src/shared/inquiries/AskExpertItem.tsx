import { makeStyles, Menu, MenuButton, MenuItem, MenuList, MenuPopover, MenuTrigger, tokens } from "@fluentui/react-components";
import { MoreHorizontalRegular, PersonChatRegular } from "@fluentui/react-icons";
import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import type { InquirySubject } from "@/shared/api/types";
import { useConsultation, useMayConsult } from "./consultation";

// The item is out of reach; its reason is there to be read.
const useStyles = makeStyles({ reason: { color: tokens.colorNeutralForeground2, fontSize: tokens.fontSizeBase200, lineHeight: tokens.lineHeightBase200 } });

/** The menu of one thing on a page, for members of the customer: ask an expert about just this. */
export function AskExpertMenu({ tenant, about, name }: { tenant: string; about: InquirySubject | null; name: string }): ReactElement | null {
  const { t } = useTranslation("consult");
  const { isMember } = useMayConsult(tenant);
  if (!isMember || about === null) return null;
  return (
    <Menu>
      <MenuTrigger disableButtonEnhancement>
        <MenuButton size="small" appearance="subtle" icon={<MoreHorizontalRegular />} menuIcon={null} aria-label={t("menuOf", { name })} />
      </MenuTrigger>
      <MenuPopover>
        <MenuList>
          <ConsultItem tenant={tenant} text={t("askAboutThis")} about={about} />
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}

/** The item that opens the flyout; who lacks the permission reads why it does not, also by keyboard. */
export function ConsultItem({ tenant, text, about }: { tenant: string; text: string; about?: InquirySubject }): ReactElement {
  const styles = useStyles();
  const { t } = useTranslation("consult");
  const { open } = useConsultation();
  const { isAllowed } = useMayConsult(tenant);
  return (
    <MenuItem icon={<PersonChatRegular />} disabled={!isAllowed} subText={isAllowed ? undefined : { children: t("notAllowed"), className: styles.reason }} onClick={() => open(about)}>
      {text}
    </MenuItem>
  );
}
