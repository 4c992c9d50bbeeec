import { Button, Field, makeStyles, mergeClasses, ProgressBar, Text, tokens } from "@fluentui/react-components";
import { ArrowClockwiseRegular, ArrowUploadRegular, DismissRegular, PauseRegular, PlayRegular } from "@fluentui/react-icons";
import { useRef, useState, type DragEvent, type ReactElement } from "react";
import { useTranslation } from "react-i18next";
import type { CaseSample } from "@/shared/api/types";
import { formatSize } from "./size";
import { ProblemBar } from "@/shared/ui/ProblemBar";
import { useUploads, type Sending } from "./useUploads";

const useStyles = makeStyles({
  area: { display: "flex", flexDirection: "column", alignItems: "center", gap: tokens.spacingVerticalS, padding: "16px", border: `1px dashed ${tokens.colorNeutralStroke1}`, borderRadius: tokens.borderRadiusMedium, textAlign: "center" },
  over: { borderTopColor: tokens.colorBrandStroke1, borderRightColor: tokens.colorBrandStroke1, borderBottomColor: tokens.colorBrandStroke1, borderLeftColor: tokens.colorBrandStroke1, backgroundColor: tokens.colorNeutralBackground3 },
  quiet: { color: tokens.colorNeutralForeground2 },
  list: { listStyle: "none", margin: 0, padding: 0, display: "flex", flexDirection: "column", gap: tokens.spacingVerticalS },
  row: { display: "flex", alignItems: "center", gap: tokens.spacingHorizontalS },
  bar: { flexGrow: 1, minWidth: 0 },
});

/** Where files are chosen or dropped, and what of them has arrived. */
export function UploadArea({ tenant, number, onReceived }: { tenant: string; number: string; onReceived: (sample: CaseSample) => void }): ReactElement {
  const styles = useStyles();
  const { t } = useTranslation("samples");
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const uploads = useUploads(tenant, number, onReceived);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    uploads.add([...event.dataTransfer.files]);
  };
  return (
    <>
      {/* Dropping is one way more; the button does the same by keyboard. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
      <div
        className={mergeClasses(styles.area, over && styles.over)}
        role="group"
        aria-label={t("upload.title")}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
      >
        <Button icon={<ArrowUploadRegular />} onClick={() => input.current?.click()}>
          {t("upload.choose")}
        </Button>
        <Text size={200} className={styles.quiet}>
          {t("upload.drop")}
        </Text>
        <input
          ref={input}
          type="file"
          multiple
          hidden
          aria-label={t("upload.choose")}
          onChange={({ target }) => {
            uploads.add([...(target.files ?? [])]);
            // The same file chosen again is a wish, too.
            target.value = "";
          }}
        />
      </div>
      {uploads.rows.length > 0 && (
        <ul className={styles.list} aria-label={t("upload.list")}>
          {uploads.rows.map((row) => (
            <UploadRow key={row.key} row={row} onPause={() => uploads.pause(row.key)} onResume={() => uploads.resume(row.key)} onRemove={() => void uploads.remove(row.key)} />
          ))}
        </ul>
      )}
    </>
  );
}

function UploadRow({ row, onPause, onResume, onRemove }: { row: Sending; onPause: () => void; onResume: () => void; onRemove: () => void }): ReactElement {
  const styles = useStyles();
  const { t, i18n } = useTranslation("samples");
  const { file, state, sent, waiting, error } = row;
  const { name } = file;
  const said = waiting === null ? t(`upload.state.${state}`) : t("upload.waiting", { count: Math.round(waiting / 1000) });
  return (
    <li>
      <div className={styles.row}>
        <Field className={styles.bar} label={name} validationState={state === "failed" ? "error" : state === "done" ? "success" : waiting === null ? "none" : "warning"} validationMessage={`${said} · ${formatSize(sent, i18n.language)} / ${formatSize(file.size, i18n.language)}`}>
          <ProgressBar value={sent} max={Math.max(1, file.size)} aria-label={t("upload.progress", { name })} />
        </Field>
        {state === "sending" && <Button size="small" appearance="subtle" icon={<PauseRegular />} aria-label={t("upload.pause", { name })} onClick={onPause} />}
        {state === "paused" && <Button size="small" appearance="subtle" icon={<PlayRegular />} aria-label={t("upload.resume", { name })} onClick={onResume} />}
        {state === "failed" && <Button size="small" appearance="subtle" icon={<ArrowClockwiseRegular />} aria-label={t("upload.again", { name })} onClick={onResume} />}
        <Button size="small" appearance="subtle" icon={<DismissRegular />} aria-label={t("upload.remove", { name })} onClick={onRemove} />
      </div>
      {error !== null && <ProblemBar error={error} />}
    </li>
  );
}
