import { Button, Field, Input, makeStyles, Select, Text, tokens } from "@fluentui/react-components";
import { AddRegular, DismissRegular } from "@fluentui/react-icons";
import { useId, useState, type KeyboardEvent, type ReactElement } from "react";
import { useTranslation } from "react-i18next";
import type { InquirySubject } from "@/shared/api/types";
import { MOST_SUBJECTS, namedSubject, outsideSubject, subjectKey } from "@/shared/inquiries/subjects";
import { oneOf } from "@/shared/url/search";

const useStyles = makeStyles({
  part: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalS },
  heading: { margin: 0, fontSize: tokens.fontSizeBase300, fontWeight: tokens.fontWeightRegular },
  list: { listStyle: "none", margin: 0, padding: 0, display: "flex", flexDirection: "column", gap: "4px" },
  item: { display: "flex", alignItems: "center", gap: "10px", padding: "4px 4px 4px 10px", border: `1px solid ${tokens.colorNeutralStroke2}`, borderRadius: tokens.borderRadiusMedium },
  kind: { color: tokens.colorNeutralForeground2, fontSize: tokens.fontSizeBase200, whiteSpace: "nowrap" },
  label: { flexGrow: 1, minWidth: 0, overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap" },
  add: { display: "flex", gap: tokens.spacingHorizontalS, alignItems: "flex-end", flexWrap: "wrap" },
  what: { minWidth: "120px" },
  which: { flexGrow: 1, minWidth: "160px" },
  offers: { display: "flex", gap: tokens.spacingHorizontalS, flexWrap: "wrap" },
  offer: { maxWidth: "100%", overflow: "hidden" },
});

const ADDABLE = ["alert", "incident", "outside"] as const;
type Addable = (typeof ADDABLE)[number];

interface SubjectsFieldProps {
  subjects: readonly InquirySubject[];
  /** What the page in view shows beside them. */
  offers: readonly InquirySubject[];
  /** Labels by subject, as the server knows them. */
  labels: ReadonlyMap<string, string>;
  onAdd: (subject: InquirySubject) => void;
  onRemove: (subject: InquirySubject) => void;
}

/** What the inquiry is about: taken from the page, and more by id or address. */
export function SubjectsField({ subjects, offers, labels, onAdd, onRemove }: SubjectsFieldProps): ReactElement {
  const styles = useStyles();
  const { t } = useTranslation(["consult", "inquiries"]);
  const heading = useId();
  const name = (one: InquirySubject) => one.label || labels.get(subjectKey(one)) || one.reference;
  return (
    <div className={styles.part} role="group" aria-labelledby={heading}>
      <h3 id={heading} className={styles.heading}>
        {t("consult:subjects.label")}
      </h3>
      {subjects.length === 0 ? (
        <Text size={200}>{t("consult:subjects.none")}</Text>
      ) : (
        <ul className={styles.list}>
          {subjects.map((one) => (
            <li key={subjectKey(one)} className={styles.item}>
              <span className={styles.kind}>{t(`inquiries:kind.${one.kind}`)}</span>
              <span className={styles.label} title={name(one)}>
                {name(one)}
              </span>
              <Button size="small" appearance="subtle" icon={<DismissRegular />} aria-label={t("consult:subjects.remove", { name: name(one) })} onClick={() => onRemove(one)} />
            </li>
          ))}
        </ul>
      )}
      {offers.length > 0 && (
        <div className={styles.offers}>
          {offers.map((one) => (
            <Button key={subjectKey(one)} size="small" icon={<AddRegular />} className={styles.offer} onClick={() => onAdd(one)}>
              {t("consult:subjects.fromPage", { kind: t(`inquiries:kind.${one.kind}`), name: name(one) })}
            </Button>
          ))}
        </div>
      )}
      {subjects.length < MOST_SUBJECTS && <AddSubject onAdd={onAdd} />}
    </div>
  );
}

function AddSubject({ onAdd }: { onAdd: (subject: InquirySubject) => void }): ReactElement {
  const styles = useStyles();
  const { t } = useTranslation(["consult", "inquiries"]);
  const [kind, setKind] = useState<Addable>("alert");
  const [text, setText] = useState("");
  const [isWrong, setWrong] = useState(false);
  const add = () => {
    if (text.trim() === "") return;
    const subject = kind === "outside" ? outsideSubject(text) : namedSubject(kind, text);
    setWrong(subject === null);
    if (subject === null) return;
    onAdd(subject);
    setText("");
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter") return;
    // Enter adds; it does not send an inquiry that is not finished.
    event.preventDefault();
    add();
  };
  return (
    <div className={styles.add}>
      <Field label={t("consult:subjects.more")} className={styles.what}>
        <Select value={kind} onChange={(_, data) => setKind(oneOf(data.value, ADDABLE) ?? "alert")}>
          {ADDABLE.map((one) => (
            <option key={one} value={one}>
              {t(`inquiries:kind.${one}`)}
            </option>
          ))}
        </Select>
      </Field>
      <Field label={t(`consult:subjects.by.${kind}`)} className={styles.which} validationMessage={isWrong ? t("consult:subjects.wrong") : undefined}>
        <Input
          value={text}
          placeholder={kind === "outside" ? "https://" : undefined}
          onKeyDown={onKeyDown}
          onChange={(_, data) => {
            setText(data.value);
            setWrong(false);
          }}
        />
      </Field>
      <Button icon={<AddRegular />} disabled={text.trim() === ""} onClick={add}>
        {t("consult:subjects.add")}
      </Button>
    </div>
  );
}
