import { makeStyles } from "@fluentui/react-components";
import { CompassNorthwestRegular } from "@fluentui/react-icons";
import { useRouter, type ErrorComponentProps } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { ButtonLink } from "@/shared/ui/ButtonLink";
import { Empty } from "@/shared/ui/Empty";
import { Page } from "@/shared/ui/Page";
import { ProblemBar } from "@/shared/ui/ProblemBar";

const useStyles = makeStyles({ frame: { padding: "32px", maxWidth: "880px", marginInline: "auto" } });

export function CrashPage({ error }: ErrorComponentProps): ReactElement {
  const styles = useStyles();
  const router = useRouter();
  return (
    <div className={styles.frame}>
      <ProblemBar error={error} retry={() => void router.invalidate()} />
    </div>
  );
}

export function NotFoundPage(): ReactElement {
  const { t } = useTranslation();
  return (
    <Page title={t("notFound.title")}>
      <Empty
      icon={<CompassNorthwestRegular />}
      title={t("notFound.what")}
      text={t("notFound.text")}
      action={
        <ButtonLink to="/" appearance="primary">
          {t("notFound.home")}
        </ButtonLink>
      }
      />
    </Page>
  );
}
