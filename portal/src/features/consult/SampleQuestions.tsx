import { Button, makeStyles, Menu, MenuGroup, MenuGroupHeader, MenuItem, MenuList, MenuPopover, MenuTrigger } from "@fluentui/react-components";
import { LightbulbRegular } from "@fluentui/react-icons";
import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import type { InquiryCategory } from "@/shared/inquiries/vocabulary";
import { samplesByCategory, type Sample } from "./samples";

const useStyles = makeStyles({
  list: { maxHeight: "60vh", overflowY: "auto" },
  popover: { maxWidth: "440px" },
  item: { maxWidth: "none" },
});

/** Questions that others ask, by category, the present one first; one of them is a start for the text. */
export function SampleQuestions({ category, onChoose }: { category: InquiryCategory; onChoose: (sample: Sample) => void }): ReactElement {
  const styles = useStyles();
  const { t } = useTranslation(["consult", "inquiries"]);
  return (
    <Menu>
      <MenuTrigger disableButtonEnhancement>
        <Button size="small" appearance="subtle" icon={<LightbulbRegular />}>
          {t("consult:samples.open")}
        </Button>
      </MenuTrigger>
      <MenuPopover className={styles.popover}>
        <MenuList className={styles.list}>
          {samplesByCategory(category).map(([group, samples]) => (
            <MenuGroup key={group}>
              <MenuGroupHeader>{t(`inquiries:category.${group}`)}</MenuGroupHeader>
              {samples.map((sample) => (
                <MenuItem key={sample.key} className={styles.item} onClick={() => onChoose(sample)}>
                  {t(`consult:samples.title.${sample.key}`)}
                </MenuItem>
              ))}
            </MenuGroup>
          ))}
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}
