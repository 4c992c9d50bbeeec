import { Button, Input, makeStyles, tokens } from "@fluentui/react-components";
import { DismissRegular, PersonAddRegular } from "@fluentui/react-icons";
import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { FieldGroup } from "@/shared/ui/FieldGroup";
import type { Draft } from "./draft";

const MOST_CONTACTS = 10;
const useStyles = makeStyles({
  stack: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalS, alignItems: "flex-start" },
  row: { display: "flex", gap: tokens.spacingHorizontalXS, width: "100%", alignItems: "center" },
  field: { flexGrow: 1, flexBasis: 0, minWidth: 0 },
});

/** People to reach beside the one who asks. */
export function ContactsField({ contacts, onChange }: { contacts: Draft["contacts"]; onChange: (contacts: Draft["contacts"]) => void }): ReactElement {
  const styles = useStyles();
  const { t } = useTranslation("consult");
  const part = (index: number, name: "name" | "email" | "phone") => (
    <Input
      className={styles.field}
      type={name === "email" ? "email" : name === "phone" ? "tel" : "text"}
      value={contacts[index]?.[name] ?? ""}
      aria-label={t(`contacts.${name}`, { number: index + 1 })}
      placeholder={t(`contacts.placeholder.${name}`)}
      onChange={(_, data) => onChange(contacts.map((one, place) => (place === index ? { ...one, [name]: data.value } : one)))}
    />
  );
  return (
    <FieldGroup label={t("contacts.label")}>
      <div className={styles.stack}>
        {contacts.map((_, index) => (
          // The list grows and shrinks by its own buttons alone, so that the place names a contact.
          <div key={index} className={styles.row}>
            {part(index, "name")}
            {part(index, "email")}
            {part(index, "phone")}
            <Button size="small" appearance="subtle" icon={<DismissRegular />} aria-label={t("contacts.remove", { number: index + 1 })} onClick={() => onChange(contacts.filter((__, place) => place !== index))} />
          </div>
        ))}
        {contacts.length < MOST_CONTACTS && (
          <Button size="small" icon={<PersonAddRegular />} onClick={() => onChange([...contacts, { name: "", email: "", phone: "" }])}>
            {t("contacts.add")}
          </Button>
        )}
      </div>
    </FieldGroup>
  );
}
